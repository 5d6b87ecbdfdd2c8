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
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'Cabinet Resolution 56 of 2024, published on 28 June 2024, in force from 27 August 2024 (ohllp.com; Clyde & Co, ' +
        'July 2024). The hours: announcement of the Ministry of Economy and the TDRA (Emirates 24/7, 9 June 2024), and ' +
        'tag911.ae on the fines in Dubai, undated. None of them tells days apart, or has other hours for Ramadan.',
    },
    {
      rule: 'marketing calls from local numbers of the licensed company',
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'The same resolution: briefing of the Ministry of Economy (WAM, 30 August 2024), Al Tamimi (5 July 2024). That a ' +
        'number is local is enforced; in whose name it is registered is not known here.',
    },
    {
      rule: 'no second call after a refusal; without an answer once a day and twice a week at most; none to the DNCR',
      since: '2024-08-27',
      evidence: 'reported',
      source:
        'The same resolution (Arabian Business, as printed in a press report of the Ministry of Economy, August 2024; ' +
        'Khaleej Times, 9 June 2024). Not enforced by the pack: whoever refuses has to be put on the do-not-call list, ' +
        'the register is not read, and the number of calls is a limit of the rules, per_callee_per_day.',
    },
  ],
};
