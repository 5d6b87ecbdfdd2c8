/** The most digits that are packed: with more, a double is not exact. */
export const MOST_DIGITS = 15;
const WORD = 2 ** 32;

/** The value of a text of 1 to 15 ASCII digits, of which the first is the one at `from`; -1 for any other text. */
export function readDigits(text: string, from: number): number {
  const length = text.length - from;
  if (length < 1 || length > MOST_DIGITS) return -1;
  let value = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export function lowWord(value: number): number {
  return value | 0;
}

/** At most 18 bits. */
export function highWord(value: number): number {
  return Math.floor(value / WORD);
}

export function joinWords(low: number, high: number): number {
  return high * WORD + (low >>> 0);
}

/** Whether a country code and a base number of so many digits make an E.164 number. */
export function canBeE164(countryDigits: number, baseDigits: number): boolean {
  const digits = countryDigits + baseDigits;
  return digits >= 7 && digits <= 15;
}
