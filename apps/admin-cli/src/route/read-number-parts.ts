import { classifyNumber } from '@dialplane/routing';
import { toE164 } from '@dialplane/tenancy';
import type { NumberParts } from '@dialplane/tenancy';

import { baseNumber, countryCode, toNumber } from '../arguments.ts';
import type { Place } from '../yaml/place.ts';

/** The keys that say which number it is: `number`, E.164, or `base` and `country`. */
export const NUMBER_KEYS = ['number', 'base', 'country'] as const;

/** Reads a number of ours; `whole` is the object that it stands in. */
export function readNumberParts(whole: Place, fields: Readonly<Record<string, Place | undefined>>): NumberParts {
  const { number, base, country } = fields;
  if (number !== undefined) {
    if (base !== undefined || country !== undefined) whole.fail('has number, and base or country besides');
    return partsOf(number.read(toNumber)) ?? number.fail('begins with no country calling code');
  }
  if (base === undefined || country === undefined) return whole.fail('has neither number nor base and country');
  const parts = { baseNumber: base.read(baseNumber), countryCode: country.read(countryCode) };
  return toE164(parts) === undefined ? whole.fail('has a base and a country that do not make an E.164 number') : parts;
}

/** An E.164 number's parts; undefined when it begins with no calling code. */
export function partsOf(e164: string): NumberParts | undefined {
  const code = classifyNumber(e164)?.countryCallingCode;
  return code ? { countryCode: code, baseNumber: e164.slice(1 + code.length) } : undefined;
}
