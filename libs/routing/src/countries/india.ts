import type { CountryPack } from './country-pack.ts';

/** What is asked of calls to India. `docs/compliance.md` says what could not be verified. */
export const INDIA: CountryPack = {
  country: 'IN',
  name: 'India',
  timezone: 'Asia/Kolkata',
  callingHours: {
    promotional: {
      timezone: 'Asia/Kolkata',
      windows: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 10 * 60, to: 21 * 60 }],
    },
  },
  callerIds: { promotional: { prefixes: ['+91140'], description: 'a number of the series 140' } },
  purposeRequired: false,
  asOf: '2026-11-25',
  sources: [],
};
