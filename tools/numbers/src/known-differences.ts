import { NUMBER_SERIES } from '@dialplane/routing';
import type { NumberClass, NumberKind } from '@dialplane/routing';

import type { LibraryAnswer } from './classify-by-library.ts';

/** Where we mean to differ from the library. A field that is left out says nothing. */
export interface KnownDifference {
  readonly name: string;
  readonly why: string;
  readonly begins?: string;
  readonly ourKinds?: readonly NumberKind[];
  readonly libraryKinds?: readonly NumberKind[];
  /** True: only where the library drops or adds digits and judges the number that results. */
  readonly rewritten?: boolean;
  /** True: the country may differ, where the library names none. */
  readonly countryAdded?: boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'rewritten',
    why: "The library takes a national prefix out of an international number, or puts Argentina's 9 in, and judges the result; what is dialled has not changed.",
    ourKinds: ['unknown', 'emergency_like'],
    rewritten: true,
  },
  {
    name: 'Belarus 810',
    why: 'The library drops the 8 of Belarus here; the number as it stands is of its premium series 810.',
    begins: '+375810',
    ourKinds: ['premium'],
    rewritten: true,
  },
  {
    name: 'emergency_like',
    why: 'The library has no such kind. It finds no number either, at any length.',
    ourKinds: ['emergency_like'],
    libraryKinds: ['unknown'],
    countryAdded: true,
  },
  {
    name: 'country of an unknown number',
    why: 'Of a calling code that several countries share, the library names the country of known numbers only; we name the one that the digits point at, or the main one.',
    ourKinds: ['unknown'],
    libraryKinds: ['unknown'],
    countryAdded: true,
  },
  ...NUMBER_SERIES.map(({ callingCode, nationalPrefix, kind, source }) => ({
    name: `series +${callingCode}${nationalPrefix}`,
    why: source,
    begins: `+${callingCode}${nationalPrefix}`,
    ourKinds: [kind],
    countryAdded: true,
  })),
];

/** The first known difference that covers a number; undefined when none does. */
export function explainDifference(
  e164: string,
  ours: NumberClass,
  library: LibraryAnswer,
): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find((known) => {
    if (known.begins !== undefined && !e164.startsWith(known.begins)) return false;
    if (known.ourKinds !== undefined && !known.ourKinds.includes(ours.kind)) return false;
    if (known.libraryKinds !== undefined && !known.libraryKinds.includes(library.kind)) return false;
    if ((known.rewritten === true) !== library.rewritten) return false;
    if (library.rewritten) return true;
    const sameCountry =
      ours.country === library.country || (known.countryAdded === true && library.country === undefined);
    return sameCountry && ours.countryCallingCode === (library.countryCallingCode ?? '');
  });
}
