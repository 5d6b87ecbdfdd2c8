import { isSecretName, maskSecrets, SECRET_MASK } from '@dialplane/telemetry';

const MAX_DEPTH = 32;

/**
 * A copy of a webhook's JSON to keep: without what is called or looks like a secret, also in JSON that stands in a
 * string, such as metadata; and without what PostgreSQL does not store, NUL and halves of characters.
 */
export function redactWebhook(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return copyFields(body, 0);
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return copyText(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  return Array.isArray(value) ? value.map((item) => copy(item, depth + 1)) : copyFields(value, depth + 1);
}

function copyFields(object: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const isSecret = isSecretName(name) && value !== '';
      return [storable(name), isSecret ? SECRET_MASK : copy(value, depth)];
    }),
  );
}

function copyText(text: string, depth: number): string {
  if (/^\s*[{[]/.test(text)) {
    try {
      return storable(JSON.stringify(copy(JSON.parse(text), depth + 1)));
    } catch {
      // A text like any other.
    }
  }
  return storable(maskSecrets(text));
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
