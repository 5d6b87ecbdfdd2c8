import type { CountryPack } from './country-pack.ts';

/**
 * What is asked of calls to the United Arab Emirates. Neither resolution could be read in full, only what
 * ministry, press and law firms tell of them: `docs/compliance.md` says what that leaves open.
 */
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
  sources: [
    {
      rule: 'marketing calls from 09:00 to 18:00',
      enforced: true,
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'Cabinet Resolution 56 of 2024, published on 28 June 2024, in force from 27 August 2024 (ohllp.com; Clyde & Co, ' +
        'July 2024). The hours: announcement of the Ministry of Economy and the TDRA (Emirates 24/7, 9 June 2024), and the ' +
        'briefing of the ministry (its press report of August 2024, page 93). None of them tells days apart, or has other ' +
        'hours for Ramadan.',
    },
    {
      rule: 'marketing calls from local numbers of the licensed company',
      enforced: true,
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'The same resolution: briefing of the ministry (WAM, 30 August 2024; Emirates 24/7, 29 August 2024), Al Tamimi (5 ' +
        'July 2024). That a number is local is enforced; in whose name it is registered is not known here.',
    },
    {
      rule: 'no second marketing call after a refusal; without an answer once a day and twice a week at most',
      enforced: false,
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'The same resolution (Arabian Business, as printed in the same press report, page 103; Khaleej Times, 9 June 2024). ' +
        'Whoever refuses has to be put on the do-not-call list; per_callee_per_day limits the calls of a day.',
    },
    {
      rule: 'no marketing calls to numbers on the Do Not Call Register, and to others only if they asked for them',
      enforced: false,
      since: '2024-08-27',
      evidence: 'reported',
      source: 'The same resolution: Emirates 24/7, 29 August 2024. The register is not read.',
    },
  ],
};
