import type { JobMetadata } from './job-metadata.ts';

type Field = keyof JobMetadata;

const FIELDS: readonly Field[] = [
  'version',
  'call_log_id',
  'attempt',
  'tenant_id',
  'agent_id',
  'from_number',
  'to_number',
  'sip_trunk_id',
  'dial_number',
  'caller_id',
  'sip_headers',
  'ringing_timeout_seconds',
  'max_duration_seconds',
  'dial_mode',
  'agent_calls_address',
  'agent_calls_token',
  'callee_identity',
  'metadata',
];
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const WHOLE_PLACEHOLDER = /^\{\{([^{}]*)\}\}$/;

/** The largest template accepted, in characters of its JSON. */
const TEMPLATE_MAX_LENGTH = 8192;
const TEMPLATE_MAX_DEPTH = 32;

/**
 * Checks a LiveKit config's template for its job metadata: a JSON object whose strings may hold placeholders
 * such as `{{to_number}}`. Returns what is wrong with it, or undefined.
 */
export function templateProblem(template: unknown): string | undefined {
  if (typeof template !== 'object' || template === null || Array.isArray(template)) return 'it is not a JSON object';
  if (isDeeperThan(TEMPLATE_MAX_DEPTH, template)) return `it is nested more than ${TEMPLATE_MAX_DEPTH} levels deep`;
  if (JSON.stringify(template).length > TEMPLATE_MAX_LENGTH)
    return `it is longer than ${TEMPLATE_MAX_LENGTH} characters`;
  const { keys, strings } = textsIn(template);
  if (keys.some((key) => key.includes('{{'))) return 'it has a placeholder in a key; only values are filled in';
  const unknown = strings.flatMap(placeholdersIn).filter((name) => !isField(name));
  if (unknown.length > 0) return `it has unknown placeholders: ${unknown.join(', ')}; there are: ${FIELDS.join(', ')}`;
  if (strings.flatMap(placeholdersIn).filter((name) => name === 'metadata').length > 1)
    return 'it has {{metadata}} more than once';
  if (strings.some((text) => text.replace(PLACEHOLDER, '').includes('{{')))
    return 'it has a placeholder that is not closed';
  return undefined;
}

/**
 * Fills a template in. A string that is one placeholder and nothing else becomes the field's value with its
 * type; placeholders inside longer strings become text. What is filled in is never read as a template again,
 * and unknown placeholders, which `templateProblem` would have found, stay as they are.
 */
export function fillTemplate(template: unknown, values: JobMetadata): unknown {
  if (typeof template === 'string') {
    const whole = WHOLE_PLACEHOLDER.exec(template)?.[1]?.trim();
    if (whole !== undefined) return isField(whole) ? values[whole] : template;
    return template.replace(PLACEHOLDER, (written, inside: string) => {
      const name = inside.trim();
      return isField(name) ? asText(values[name]) : written;
    });
  }
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, values));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillTemplate(value, values)]));
  }
  return template;
}

function asText(value: JobMetadata[Field]): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1]?.trim() ?? '');
}

function isDeeperThan(levels: number, json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((inner) => isDeeperThan(levels - 1, inner));
}

/** Every key and every string value of a JSON value. */
function textsIn(json: unknown): { keys: string[]; strings: string[] } {
  if (typeof json === 'string') return { keys: [], strings: [json] };
  if (typeof json !== 'object' || json === null) return { keys: [], strings: [] };
  const inside = Object.values(json).map(textsIn);
  return {
    keys: [...(Array.isArray(json) ? [] : Object.keys(json)), ...inside.flatMap(({ keys }) => keys)],
    strings: inside.flatMap(({ strings }) => strings),
  };
}
