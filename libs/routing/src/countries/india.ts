import type { CountryPack } from './country-pack.ts';

/**
 * What is asked of calls to India. Which series is for which purpose stands in NUMBER_SERIES. No text of the
 * regulator's on hours or series could be read: `docs/compliance.md` says what that leaves open.
 */
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
  sources: [
    {
      rule: 'promotional calls from 10:00 to 21:00',
      enforced: true,
      since: '2025-10-13',
      evidence: 'reported',
      source:
        'A notice of SMSGatewayHub to its customers, October 2025: promotional communication from 10 to 21 only, by the ' +
        'latest directive of TRAI, which operators hold from 13 and 17 October 2025; service messages that need explicit ' +
        'consent count as promotional. It is about messages. For calls: 9 to 21 under the regulations of 1 December 2010 ' +
        '(Indian Express), and still so in a summary of TCCCPR 2018 (developer.exotel.com, undated). The stricter was taken.',
    },
    {
      rule: 'promotional calls from numbers of the series 140 alone',
      enforced: true,
      since: '2025-02-12',
      evidence: 'reported',
      source:
        'Second amendment of TCCCPR 2018, 12 February 2025: commercial calls from the series set apart for them, 140 for ' +
        'promotional ones, and no longer from ordinary ten-digit numbers (businesstimes.co, 13 February 2025; Hindustan ' +
        'Times; gazettetracker.com on CG-DL-E-18022025-261096). The series itself: see NUMBER_SERIES.',
    },
    {
      rule: 'service and transactional calls from numbers of the series 1600, where the caller can have one',
      enforced: false,
      since: '2025-12-31',
      evidence: 'reported',
      source:
        'The same amendment. So far government and entities under RBI, SEBI, PFRDA and IRDAI alone can have one, and must ' +
        'use it, by class of entity (TRAI direction of 19 November 2025, see NUMBER_SERIES). Who is such an entity is not ' +
        'known here.',
    },
    {
      rule: 'no promotional calls to people who chose so, or outside the hours that they chose',
      enforced: false,
      since: undefined,
      evidence: 'text',
      source:
        'TRAI, Customer Preference Registration Facility (trai.gov.in/preference-registration), which names schedule II ' +
        'of TCCCPR 2018. What holds for those who choose nothing, it does not say. The register is not read.',
    },
    {
      rule: 'calls to recover a debt from 08:00 to 19:00',
      enforced: false,
      since: '2022-08-12',
      evidence: 'reported',
      source:
        'RBI circular of 12 August 2022 to banks and other lenders (Business Standard, Mid-day). Which calls recover a debt ' +
        'is not known here: give the number they come from calling_hours of its own.',
    },
    {
      rule: 'what a third amendment of TCCCPR 2018 may ask',
      enforced: false,
      since: undefined,
      evidence: 'unverified',
      source:
        'Drafted by TRAI and open for comment until 4 May 2026 (press release of 10 April 2026, at pibtracker.com). Neither ' +
        'the draft nor what became of it was found.',
    },
  ],
};
