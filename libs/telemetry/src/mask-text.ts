/** What stands in the log where a secret stood. */
export const SECRET_MASK = '[secret]';
/** What stands there for a JSON Web Token: LiveKit's replies repeat them. */
export const JWT_MASK = '[jwt]';

/** Each with the part that may stay as its first group. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*){1,3}/g, JWT_MASK],
  [/\b((?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi, `$1${SECRET_MASK}`],
  // Credentials in a URL, for example in a database driver's message.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi, `$1${SECRET_MASK}`],
  [
    /((?:secret|token|password|passwd|authorization)["']?\s*[:=]\s*["']?)(?!\[|(?:Bearer|Basic)\s)[^\s"'&,;)}\]]+/gi,
    `$1${SECRET_MASK}`,
  ],
];

const E164 = /\+\d{5,13}(\d\d)\b/g;

/** Ids that may hold many digits in a row: UUIDs, rooms (`call-…`) and snapshot versions. */
const ID = /\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|call-[0-9a-f]{32}-[0-9a-f]{8}|[0-9a-f]{12}\.\d+)\b/;
/** Seven digits and more that are no part of a word such as `ST_1234567`, nor decimals. */
const DIGITS = /(?<!\w|\d\.)\d{5,}(\d\d)(?!\w)/;
const ID_OR_DIGITS = new RegExp(`${ID.source}|${DIGITS.source}`, 'gi');

/** Looking for secrets may take the square of a text's length, and nobody reads more of one. */
const MAX_LENGTH = 8_192;

/**
 * Hides secrets of a known look, and what may be a phone number but for its last two digits: E.164, and seven digits
 * or more in a row. That hides some plain numbers, too; ports, dates and our ids stay. A text longer than 8,192
 * characters is cut there.
 */
export function maskText(text: string): string {
  let masked = text.slice(0, MAX_LENGTH);
  for (const [pattern, replacement] of PATTERNS) masked = masked.replace(pattern, replacement);
  masked = masked
    .replace(E164, '…$1')
    .replace(ID_OR_DIGITS, (found, last?: string) => (last === undefined ? found : `…${last}`));
  const cut = text.length - MAX_LENGTH;
  return cut > 0 ? `${masked}… (${cut} characters more)` : masked;
}
