import type { Attempt, Call } from './call.ts';

/** The shape's version: raised when a field changes its meaning or goes, not when one is added. */
const VERSION = 1;

/** What the agent is told about its call; `docs/job-metadata.md` documents it for the authors of agents. */
export interface JobMetadata {
  readonly version: typeof VERSION;
  readonly call_log_id: string;
  readonly attempt: number;
  readonly tenant_id: string;
  readonly agent_id: string;
  /** The caller id to show, E.164. */
  readonly from_number: string;
  /** Whom to dial, E.164. */
  readonly to_number: string;
  readonly sip_trunk_id: string;
  readonly ringing_timeout_seconds: number;
  readonly max_duration_seconds: number;
  /** The caller's own JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Field = keyof JobMetadata;

const FIELDS: readonly Field[] = [
  'version', 'call_log_id', 'attempt', 'tenant_id', 'agent_id', 'from_number', 'to_number', 'sip_trunk_id',
  'ringing_timeout_seconds', 'max_duration_seconds', 'metadata',
];
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const WHOLE_PLACEHOLDER = /^\{\{\s*([^{}]*?)\s*\}\}$/;

/** The largest template accepted, in characters of its JSON. */
const TEMPLATE_MAX_LENGTH = 8192;

export function jobMetadata(call: Call, attempt: Attempt): JobMetadata {
  return {
    version: VERSION,
    call_log_id: call.id,
    attempt: attempt.number,
    tenant_id: call.tenantId,
    agent_id: call.agentId,
    from_number: attempt.target.callerId,
    to_number: call.toNumber,
    sip_trunk_id: attempt.target.sipTrunkId,
    ringing_timeout_seconds: call.ringingTimeoutSeconds,
    max_duration_seconds: call.maxDurationSeconds,
    metadata: call.metadata,
  };
}

/**
 * Checks a LiveKit config's template for its job metadata: a JSON object whose strings may hold placeholders
 * such as `{{to_number}}`. Returns what is wrong with it, or undefined.
 */
export function templateProblem(template: unknown): string | undefined {
  if (typeof template !== 'object' || template === null || Array.isArray(template)) return 'it is not a JSON object';
  if (JSON.stringify(template).length > TEMPLATE_MAX_LENGTH) return `it is longer than ${TEMPLATE_MAX_LENGTH} characters`;
  const unknown = placeholdersIn(template).filter((name) => !FIELDS.includes(name as Field));
  if (unknown.length > 0) return `it has unknown placeholders: ${unknown.join(', ')}; there are: ${FIELDS.join(', ')}`;
  return undefined;
}

/**
 * Fills a checked template in. A string that is one placeholder and nothing else becomes the field's value
 * with its type; placeholders inside longer strings become text.
 */
export function fillTemplate(template: unknown, values: JobMetadata): unknown {
  if (typeof template === 'string') {
    const whole = WHOLE_PLACEHOLDER.exec(template)?.[1];
    if (whole !== undefined) return values[whole as Field];
    return template.replace(PLACEHOLDER, (_, name: Field) => asText(values[name]));
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

function placeholdersIn(template: unknown): string[] {
  if (typeof template === 'string') return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
  if (typeof template === 'object' && template !== null) return Object.values(template).flatMap(placeholdersIn);
  return [];
}
