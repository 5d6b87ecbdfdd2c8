import { PERSONAL_FIELDS } from './gen/personal-fields.ts';
import { isSecretName } from './is-secret-name.ts';
import { SECRET_MASK } from './mask-secrets.ts';
import { maskText } from './mask-text.ts';

/** What stands in the log for personal data that is no phone number. */
export const PERSONAL_MASK = '[personal]';

const PHONE_NUMBER = /^\+?[\d\s().-]{6,20}$/;
/** Deeper levels are left out: log lines are for people. */
const MAX_DEPTH = 8;

/** Names are compared without case and punctuation: `from_number`, `fromNumber` and `From-Number` are one. */
const PERSONAL_NAMES: ReadonlySet<string> = new Set(PERSONAL_FIELDS.map(plainName));

/**
 * A copy of what is to be logged, without secrets and personal data: fields that the protos mark as `personal`, by
 * name wherever they stand; anything called secret, token, password and the like; and what `maskText` knows by
 * its look, also in the messages and stacks of errors. A phone number keeps its last two digits.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0);
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return copyError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
  if (hasToJson(value)) return copy(value.toJSON(), depth + 1);
  return copyFields(value, depth);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function copyFields(object: object, depth: number): Record<string, unknown> {
  const fields = Object.entries(object).map(([name, field]) => [name, copyField(name, field, depth)]);
  return Object.fromEntries(fields) as Record<string, unknown>;
}

function copyField(name: string, field: unknown, depth: number): unknown {
  if (field === undefined || field === null || field === '' || typeof field === 'boolean') return field;
  if (isSecretName(name)) return SECRET_MASK;
  return PERSONAL_NAMES.has(plainName(name)) ? maskPersonal(field) : copy(field, depth + 1);
}

/** `…00` for a phone number. */
function maskPersonal(field: unknown): string {
  return typeof field === 'string' && PHONE_NUMBER.test(field)
    ? `…${field.replace(/\D/g, '').slice(-2)}`
    : PERSONAL_MASK;
}

/** Errors carry their text in properties that a plain copy would miss, and further errors as their cause. */
function copyError(error: Error, depth: number): Record<string, unknown> {
  const { message, stack } = error;
  const type = error.constructor.name;
  const inner = {
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: copy(error.errors, depth + 1) } : {}),
  };
  const own = copyFields(error, depth);
  return {
    ...own,
    type,
    message: maskText(message),
    ...(stack === undefined ? {} : { stack: maskText(stack) }),
    ...inner,
  };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
