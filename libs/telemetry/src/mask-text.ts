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
  [/((?:secret|token|password|passwd|authorization)["']?\s*[:=]\s*["']?)(?!\[|(?:Bearer|Basic)\s)[^\s"'&,;)}\]]+/gi, `$1${SECRET_MASK}`],
];

const E164 = /\+\d{5,13}(\d\d)\b/g;

/** Hides secrets of a known look, and phone numbers in E.164 but for their last two digits. */
export function maskText(text: string): string {
  let masked = text;
  for (const [pattern, replacement] of PATTERNS) masked = masked.replace(pattern, replacement);
  return masked.replace(E164, '…$1');
}
