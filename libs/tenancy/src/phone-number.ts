/** E.164 with its `+`: a country code that does not begin with 0, 7 to 15 ASCII digits in all (ITU-T E.164). */
export const E164 = /^\+[1-9][0-9]{6,14}$/;
/** Digits alone, as a person or a database may write a number they call from. */
const BARE_DIGITS = /^[0-9]{3,15}$/;

/** Whether the text is E.164 and nothing but ASCII: the only form that is ever dialled. */
export function isE164(text: string): boolean {
  return E164.test(text);
}

/** Whether the text can name a number to call from: E.164, or 3 to 15 ASCII digits. */
export function isFromNumber(text: string): boolean {
  return E164.test(text) || BARE_DIGITS.test(text);
}

/** A number's parts as stored: national part and country calling code, either with or without decoration. */
export interface NumberParts {
  readonly baseNumber: string;
  readonly countryCode: string;
}

/** The digits of a stored country calling code: `+91` and `91` are the same. */
export function countryDigits(countryCode: string): string {
  return countryCode.replace(/^\+/, '');
}

/** Country calling codes have one to three digits and do not begin with 0 (ITU-T E.164). */
const COUNTRY_CODE = /^[1-9][0-9]{0,2}$/;
const COUNTRY_CODE_MAX_DIGITS = 3;

/** The number in E.164, or undefined when its parts do not make one. */
export function toE164(number: NumberParts): string | undefined {
  const country = countryDigits(number.countryCode);
  const e164 = `+${country}${number.baseNumber}`;
  return COUNTRY_CODE.test(country) && isE164(e164) ? e164 : undefined;
}

/**
 * Whether what a caller wrote can be read as this number. With a `+` it is E.164 and nothing else;
 * bare digits are read every way they can be: E.164 without `+`, with a trunk zero, as the base number.
 */
export function canMean(written: string, number: NumberParts): boolean {
  const international = countryDigits(number.countryCode) + number.baseNumber;
  if (written.startsWith('+')) return written === `+${international}`;
  return written === international || written === number.baseNumber || written === `0${number.baseNumber}`;
}

/** Every base number that `canMean` could accept for what was written: what to look up before asking it. */
export function possibleBaseNumbers(written: string): string[] {
  const digits = written.replace(/^\+/, '');
  const possible = new Set<string>();
  for (let skipped = 0; skipped <= COUNTRY_CODE_MAX_DIGITS && skipped < digits.length; skipped++) {
    possible.add(digits.slice(skipped));
  }
  return [...possible];
}
