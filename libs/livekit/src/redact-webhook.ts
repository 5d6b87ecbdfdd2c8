const MASK = '[secret]';
const SECRET_NAME =
  /secret|token|password|passwd|passphrase|authorization|cookie|credential|apikey|accesskey|privatekey/;
/** Each begins at a character that its repeated parts stop at: a text of any length takes no more than its length. */
const SECRET_LOOKS: readonly (readonly [RegExp, string])[] = [
  [/\b((?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi, `$1${MASK}`],
  [/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${MASK}`],
];
/** What may be a JSON Web Token, or have one in it. */
const WORD = /[\w.-]+/g;
const TOKEN_BEGINS = /\beyJ[\w-]{4}/;
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
      const isSecret = SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, '')) && value !== '';
      return [storable(name), isSecret ? MASK : copy(value, depth)];
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
  const withoutTokens = text.replace(WORD, maskToken);
  return storable(SECRET_LOOKS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), withoutTokens));
}

/** The rest of the word goes with the token. */
function maskToken(word: string): string {
  const at = word.search(TOKEN_BEGINS);
  return at === -1 || !word.includes('.', at) ? word : word.slice(0, at) + MASK;
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
