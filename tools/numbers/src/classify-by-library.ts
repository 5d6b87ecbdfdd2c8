import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import type { NumberKind } from '@dialplane/routing';

/** What the library says of a number. */
export interface LibraryAnswer {
  /** Undefined when the library sees no number at all. */
  readonly countryCallingCode: string | undefined;
  readonly country: string | undefined;
  readonly kind: NumberKind;
  /** The number that it judged. */
  readonly e164: string;
  /** True when that is another one than it was given: it drops and adds digits of its own accord. */
  readonly rewritten: boolean;
}

const KINDS: Readonly<Record<string, NumberKind>> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'fixed',
  FIXED_LINE_OR_MOBILE: 'fixed_or_mobile',
  TOLL_FREE: 'toll_free',
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'shared_cost',
  PERSONAL_NUMBER: 'personal',
  VOIP: 'voip',
  PAGER: 'pager',
  UAN: 'uan',
  VOICEMAIL: 'voicemail',
};

/** Asks libphonenumber-js/max, in our words. */
export function classifyByLibrary(e164: string): LibraryAnswer {
  const parsed = parsePhoneNumberFromString(e164);
  if (parsed === undefined)
    return { countryCallingCode: undefined, country: undefined, kind: 'unknown', e164, rewritten: false };
  return {
    countryCallingCode: parsed.countryCallingCode,
    country: parsed.country,
    kind: KINDS[parsed.getType() ?? ''] ?? 'unknown',
    e164: parsed.number,
    rewritten: parsed.number !== e164,
  };
}
