import type { NumberParts } from '@dialplane/tenancy';

import { finish, mix } from './hash.ts';
import { highWord, joinWords, lowWord, readDigits } from './packed-digits.ts';

/** Where the words of a number's row are. The id comes first, in four. */
export const NUMBER_WORDS = {
  tenant: 4,
  /** Of a regular number the low 32 bits of its base number's digits; of an irregular one its base number's text. */
  low: 5,
  /** The digits' high 18 bits, their count in 4, the country code in 10; or the country code's text. */
  high: 6,
  /** The next number of the tenant with the same base number, plus one. */
  next: 7,
  /** The rules' number in 28 bits, then flags. */
  rules: 8,
  stride: 9,
} as const;

export const RULES_MASK = 0x0fffffff;
export const IS_ACTIVE = 0x10000000;
export const ID_IS_TEXT = 0x20000000;
export const IS_IRREGULAR = 0x40000000;
const COUNTRY_HAS_PLUS = 0x80000000;

const LENGTH_SHIFT = 18;
const COUNTRY_SHIFT = 22;
const DIGITS_MASK = 2 ** LENGTH_SHIFT - 1;
const BASE_MASK = 2 ** COUNTRY_SHIFT - 1;
/** In place of a base number's high bits: more than 15 digits can have. */
export const IRREGULAR_BASE = BASE_MASK;

export const COUNTRY_CODES = 1000;
const PLUS = 43;
const ZERO = 48;

interface PackedParts {
  readonly low: number;
  readonly high: number;
  readonly flags: number;
}

/** Undefined when the number is irregular: its parts do not pack. */
export function packParts({ baseNumber, countryCode }: NumberParts): PackedParts | undefined {
  const digits = readDigits(baseNumber, 0);
  const hasPlus = countryCode.charCodeAt(0) === PLUS;
  const country = readCountryCode(countryCode, hasPlus ? 1 : 0);
  if (digits < 0 || country < 0) return undefined;
  return {
    low: lowWord(digits),
    high: packBase(digits, baseNumber.length) | (country << COUNTRY_SHIFT),
    flags: hasPlus ? COUNTRY_HAS_PLUS : 0,
  };
}

/** A country code as `toE164` wants it, from its first digit on; -1 when it is none. */
function readCountryCode(text: string, from: number): number {
  const isLong = text.length - from > 3;
  return isLong || text.charCodeAt(from) === ZERO ? -1 : readDigits(text, from);
}

/** The parts of a regular number, as stored. */
export function unpackParts(low: number, high: number, flags: number): NumberParts {
  const country = countryOf(high);
  return {
    baseNumber: String(joinWords(low, high & DIGITS_MASK)).padStart(baseLengthOf(high), '0'),
    countryCode: (flags & COUNTRY_HAS_PLUS) === 0 ? String(country) : `+${country}`,
  };
}

/** What a base number of so many digits has in its high word. */
export function packBase(digits: number, length: number): number {
  return highWord(digits) | (length << LENGTH_SHIFT);
}

/** The high word's part that belongs to the base number. */
export function baseOf(high: number, flags: number): number {
  return (flags & IS_IRREGULAR) !== 0 ? IRREGULAR_BASE : high & BASE_MASK;
}

export function baseLengthOf(high: number): number {
  return (high & BASE_MASK) >>> LENGTH_SHIFT;
}

export function countryOf(high: number): number {
  return high >>> COUNTRY_SHIFT;
}

/** The hash of a tenant's base number. */
export function hashBase(tenant: number, low: number, base: number): number {
  return finish(mix(mix(mix(0, tenant), low), base));
}
