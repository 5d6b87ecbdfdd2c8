import googlePhoneNumbers from 'google-libphonenumber';
import metadata from 'libphonenumber-js/max/metadata';

import type { NumberKind } from '@dialplane/routing/numbers/number-kind';

/** One kind of number of a country, as the library knows it. */
export interface KindPattern {
  readonly kind: NumberKind;
  readonly pattern: string;
  readonly lengths: readonly number[];
}

export interface CountryPlan {
  /** ISO 3166 alpha-2; undefined for a calling code that belongs to no country. */
  readonly country: string | undefined;
  /** What any number of the plan looks like, without the calling code. */
  readonly pattern: string;
  readonly leadingDigits: string | undefined;
  readonly nationalPrefix: string | undefined;
  readonly kinds: readonly KindPattern[];
  /** True when the library does not tell fixed from mobile here. */
  readonly fixedIsMobile: boolean;
  readonly emergencyCodes: readonly string[];
}

/** All the plans that share a calling code, the main country first. */
export interface CallingCodePlans {
  readonly callingCode: string;
  readonly plans: readonly CountryPlan[];
}

/** How libphonenumber-js packs a country: an array whose places mean the fields. */
const PATTERN = 2,
  LENGTHS = 3,
  NATIONAL_PREFIX = 5,
  LEADING_DIGITS = 10,
  KINDS = 11;
type PackedKind = readonly [pattern: string, lengths?: readonly number[]];

/** The places of the packed kinds. */
const PACKED_KINDS = [
  'fixed',
  'mobile',
  'toll_free',
  'premium',
  'personal',
  'voicemail',
  'uan',
  'pager',
  'voip',
  'shared_cost',
] as const;

/** Reads the metadata of libphonenumber-js/max, and the emergency codes of Google's short number metadata. */
export function readLibraryPlans(): CallingCodePlans[] {
  const {
    countries,
    nonGeographic,
    country_calling_codes: callingCodes,
  } = metadata as unknown as {
    readonly countries: Readonly<Record<string, readonly unknown[]>>;
    readonly nonGeographic: Readonly<Record<string, readonly unknown[]>>;
    readonly country_calling_codes: Readonly<Record<string, readonly string[]>>;
  };
  const geographic = Object.entries(callingCodes).map(([callingCode, names]) => ({
    callingCode,
    plans: names.map((country) => readPlan(country, countries[country] ?? [])),
  }));
  const others = Object.entries(nonGeographic).map(([callingCode, packed]) => ({
    callingCode,
    plans: [readPlan(undefined, packed)],
  }));
  return [...geographic, ...others].sort((a, b) => (a.callingCode < b.callingCode ? -1 : 1));
}

function readPlan(country: string | undefined, packed: readonly unknown[]): CountryPlan {
  const kinds = (packed[KINDS] ?? []) as readonly (PackedKind | 0)[];
  const lengths = packed[LENGTHS] as readonly number[];
  return {
    country,
    pattern: packed[PATTERN] as string,
    leadingDigits: (packed[LEADING_DIGITS] || undefined) as string | undefined,
    nationalPrefix: (packed[NATIONAL_PREFIX] || undefined) as string | undefined,
    kinds: PACKED_KINDS.flatMap((kind, place) => {
      const packedKind = kinds[place];
      return packedKind && packedKind[0] !== ''
        ? [{ kind, pattern: packedKind[0], lengths: packedKind[1] ?? lengths }]
        : [];
    }),
    // The library leaves the mobile pattern out where it equals the fixed one, and wherever there is none.
    fixedIsMobile: !kinds[1] || kinds[1][0] === '',
    emergencyCodes: country === undefined ? [] : readEmergencyCodes(country),
  };
}

/** The library answers yes or no only: it is asked about every code of two to four digits, and these. */
const LONGER_CODES = ['10111', '10177', '90000'];

function readEmergencyCodes(country: string): string[] {
  const shortNumbers = googlePhoneNumbers.ShortNumberInfo.getInstance();
  const codes: string[] = [];
  const ask = (code: string): void => {
    if (!codes.some((shorter) => code.startsWith(shorter)) && shortNumbers.isEmergencyNumber(code, country))
      codes.push(code);
  };
  for (let digits = 2; digits <= 4; digits++) {
    for (let value = 0; value < 10 ** digits; value++) ask(String(value).padStart(digits, '0'));
  }
  LONGER_CODES.forEach(ask);
  return codes;
}
