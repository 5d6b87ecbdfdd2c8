/** An IANA name, not an offset such as +05:30, which Intl would take as well. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,3}$/;
const ZONE_NAME_MAX_LENGTH = 64;

/** Asking Intl costs tens of microseconds. Bounded, because Intl takes each name in any mixture of letter cases. */
const known = new Set<string>();
const KNOWN_MAX = 1_000;

/** Whether the text is the IANA name of a time zone, aliases included, that this process has the rules of. */
export function isTimeZone(text: string): boolean {
  if (known.has(text)) return true;
  if (text.length > ZONE_NAME_MAX_LENGTH || !ZONE_NAME.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    return false;
  }
  if (known.size < KNOWN_MAX) known.add(text);
  return true;
}
