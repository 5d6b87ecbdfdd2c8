import type { CountryPack } from './country-pack.ts';

/** What is asked of calls to the United Arab Emirates. `docs/compliance.md` says what could not be verified. */
export const UNITED_ARAB_EMIRATES: CountryPack = {
  country: 'AE',
  name: 'the United Arab Emirates',
  timezone: 'Asia/Dubai',
  callingHours: {
    promotional: {
      timezone: 'Asia/Dubai',
      windows: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 9 * 60, to: 18 * 60 }],
    },
  },
  callerIds: { promotional: { prefixes: ['+971'], description: 'a number of the United Arab Emirates' } },
  purposeRequired: false,
  asOf: '2026-11-25',
  sources: [],
};
