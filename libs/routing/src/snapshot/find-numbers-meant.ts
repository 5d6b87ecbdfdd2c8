import { canMean, countryDigits, toE164 } from '@dialplane/tenancy';

import type { NumberEntry } from '../routing-view.ts';
import type { NumberTable } from './number-table.ts';
import { MOST_DIGITS, canBeE164 } from './packed-digits.ts';

const NONE: readonly NumberEntry[] = [];
const PLUS = 43;
const ZERO = 48;
const COUNTRY_CODE_MAX_DIGITS = 3;
/** In place of a country code: whichever the number has. */
const ANY_COUNTRY = -1;
const NO_COUNTRY = -2;

/** The tenant's numbers that `canMean` accepts for what was written, in the order of their ids. */
export function findNumbersMeant(
  numbers: NumberTable,
  tenant: number,
  hasIrregular: boolean,
  written: string,
): readonly NumberEntry[] {
  let found: NumberEntry[] | undefined;
  const hasPlus = written.charCodeAt(0) === PLUS;
  const start = hasPlus ? 1 : 0;
  const end = written.length;
  let value = 0;
  let power = 1;
  // From the last digit on to the left, every base number that is left after a country code or a trunk zero.
  for (let at = end - 1; at >= start && end - at <= MOST_DIGITS; at--) {
    const digit = written.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    value += digit * power;
    power *= 10;
    if (at - start > COUNTRY_CODE_MAX_DIGITS) continue;
    const country = countryBefore(written, start, at, hasPlus);
    if (country === NO_COUNTRY || (country !== ANY_COUNTRY && !numbers.hasCountry(country))) continue;
    let row = numbers.firstWithDigits(tenant, value, end - at);
    for (; row >= 0; row = numbers.next(row)) {
      if (country !== ANY_COUNTRY && country !== numbers.country(row)) continue;
      (found ??= []).push(regularEntry(numbers, row, written, at, hasPlus));
    }
  }
  if (hasIrregular) found = findIrregular(numbers, tenant, written, found);
  if (found === undefined) return NONE;
  return found.length === 1 ? found : found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What a number must have for a country code if its base number begins at `at`. */
function countryBefore(written: string, start: number, at: number, hasPlus: boolean): number {
  if (at === start) return hasPlus ? NO_COUNTRY : ANY_COUNTRY;
  if (written.charCodeAt(start) === ZERO) return at === start + 1 && !hasPlus ? ANY_COUNTRY : NO_COUNTRY;
  let country = 0;
  for (let index = start; index < at; index++) {
    const digit = written.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return NO_COUNTRY;
    country = country * 10 + digit;
  }
  return country;
}

/** The entry of a regular number whose base number is written from `at` on. */
function regularEntry(numbers: NumberTable, row: number, written: string, at: number, hasPlus: boolean): NumberEntry {
  const baseNumber = written.slice(at);
  const countryCode = String(numbers.country(row));
  const isE164 = canBeE164(countryCode.length, baseNumber.length);
  return {
    id: numbers.id(row),
    baseNumber,
    countryCode,
    e164: !isE164 ? undefined : hasPlus ? written : `+${countryCode}${baseNumber}`,
    isActive: numbers.isActive(row),
    rules: numbers.reading(row),
  };
}

/** Numbers with unusual parts: any end of what was written may be a base number. */
function findIrregular(
  numbers: NumberTable,
  tenant: number,
  written: string,
  found: NumberEntry[] | undefined,
): NumberEntry[] | undefined {
  for (let at = 0; at <= written.length; at++) {
    let row = numbers.firstWithText(tenant, written.slice(at));
    for (; row >= 0; row = numbers.next(row)) {
      const parts = numbers.parts(row);
      if (!canMean(written, parts)) continue;
      (found ??= []).push({
        id: numbers.id(row),
        baseNumber: parts.baseNumber,
        countryCode: countryDigits(parts.countryCode),
        e164: toE164(parts),
        isActive: numbers.isActive(row),
        rules: numbers.reading(row),
      });
    }
  }
  return found;
}
