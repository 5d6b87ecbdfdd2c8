import type { NumberKind } from './number-kind.ts';

/** A series of numbers that libphonenumber does not know, or knows as something else than its regulator does. */
export interface NumberSeries {
  readonly callingCode: string;
  /** ISO 3166 alpha-2; undefined for a calling code of no country. */
  readonly country: string | undefined;
  /** The first digits after the calling code; empty for all of them. */
  readonly nationalPrefix: string;
  /** How many digits follow the calling code; undefined for any number of them. */
  readonly nationalLengths: readonly number[] | undefined;
  readonly kind: NumberKind;
  /** What a call that shows such a caller id must be for; undefined where the series does not say. */
  readonly purposes: readonly ('promotional' | 'service' | 'transactional')[] | undefined;
  /** ISO date from which it holds, as far as known. */
  readonly since: string | undefined;
  readonly source: string;
  /**
   * `text`: the regulator's own text was read. `reported`: press or another body that quotes it was read.
   * `unverified`: generally listed so, but nothing was found that could be read.
   */
  readonly evidence: 'text' | 'reported' | 'unverified';
}

/** The day on which the sources below were looked up. */
export const NUMBER_SERIES_AS_OF = '2026-11-23';

const IN = { callingCode: '91', country: 'IN', nationalLengths: [10], kind: 'uan' } as const;
const WORLD = { country: undefined, nationalPrefix: '', nationalLengths: undefined, purposes: undefined } as const;

/**
 * The series that correct the metadata of libphonenumber. Two never overlap. After a change run `npm run numbers`.
 * Where the kind was in doubt the costlier one was taken: such a number is then refused until somebody allows it.
 */
export const NUMBER_SERIES: readonly NumberSeries[] = [
  {
    ...IN,
    nationalPrefix: '140',
    purposes: ['promotional'],
    since: '2011-01-31',
    evidence: 'reported',
    source:
      'DoT gave series 140 to telemarketers on 31 January 2011, under schedule III of the Telecom Commercial ' +
      'Communications Customer Preference Regulations, 2010 (TRAI, quoted by tele.net.in); that promotional calls stay on ' +
      '140: DoT press release of 30 May 2024 (Hindustan Times, 31 May 2024). TCCCPR 2018 and its second amendment of 12 ' +
      'February 2025 were found, but not their passage on the series.',
  },
  {
    ...IN,
    nationalPrefix: '1600',
    purposes: ['service', 'transactional'],
    since: '2024-05-28',
    evidence: 'reported',
    source:
      'DoT office memorandum of 28 May 2024: 1600ABCXXX for government and regulators (Hindustan Times, Millennium Post). ' +
      'TRAI direction of 19 November 2025: DoT gave 1600 to government and to banks, finance and insurance alike on 23 ' +
      'December 2024; entities under RBI, SEBI and PFRDA must use it from 1 January to 15 March 2026 by class (BSE ' +
      'circular of 21 November 2025). The library calls it mobile.',
  },
  {
    ...IN,
    nationalPrefix: '1601',
    purposes: ['service', 'transactional'],
    since: '2024-05-28',
    evidence: 'reported',
    source:
      'DoT office memorandum of 28 May 2024: 1601ABCXXX for entities under RBI, SEBI, PFRDA and IRDAI (Hindustan Times, ' +
      'Mint). The TRAI direction of 19 November 2025 speaks of 1600 alone for them: whether 1601 is still given out ' +
      'could not be verified. The library calls it mobile.',
  },
  {
    ...WORLD,
    callingCode: '870',
    kind: 'satellite',
    since: undefined,
    evidence: 'reported',
    source:
      'ITU list of E.164 country codes (annex to Operational Bulletin 930, 15 April 2009, as quoted): Inmarsat SNAC. The library: mobile, voicemail.',
  },
  {
    ...WORLD,
    callingCode: '881',
    kind: 'satellite',
    since: undefined,
    evidence: 'reported',
    source:
      'ITU list of E.164 country codes: global mobile satellite system; Iridium has 6 and 7, Globalstar 8 and 9 (Wikipedia, 2023). The library: mobile.',
  },
  {
    ...WORLD,
    callingCode: '882',
    kind: 'satellite',
    since: undefined,
    evidence: 'reported',
    source:
      'ITU-T E.164.1: international networks, among them Thuraya (16) with ships and aircraft. Not all are satellites; all ' +
      'are billed by their operator at its own rate, and the list of networks changes. The library: mobile, voip, voicemail.',
  },
  {
    ...WORLD,
    callingCode: '883',
    kind: 'satellite',
    since: undefined,
    evidence: 'reported',
    source: 'ITU-T E.164.1: international networks, as +882. The library: voip.',
  },
  {
    ...WORLD,
    callingCode: '878',
    kind: 'personal',
    since: undefined,
    evidence: 'unverified',
    source: 'ITU list of E.164 country codes: universal personal telecommunication (E.168). The library: voip.',
  },
  {
    ...WORLD,
    callingCode: '979',
    kind: 'premium',
    since: undefined,
    evidence: 'unverified',
    source:
      'ITU list of E.164 country codes: international premium rate service (E.169.2). The library the same, at one length only.',
  },
  {
    callingCode: '61',
    country: 'AU',
    nationalPrefix: '14',
    nationalLengths: [9],
    kind: 'satellite',
    purposes: undefined,
    since: undefined,
    evidence: 'reported',
    source:
      'Telecommunications Numbering Plan 2015 (Cth), as summed up by Wikipedia: 014 is for satellite phones. The library: voip, in part.',
  },
  {
    callingCode: '1',
    country: 'CA',
    nationalPrefix: '600',
    nationalLengths: [10],
    kind: 'satellite',
    purposes: undefined,
    since: '2006-06-30',
    evidence: 'text',
    source:
      'Telecom Decision CRTC 2006-41: area code 600 is for services that belong to no place; most are satellite phones in the ' +
      'north (Wikipedia). The library: voip.',
  },
  {
    callingCode: '86',
    country: 'CN',
    nationalPrefix: '1349',
    nationalLengths: [11],
    kind: 'satellite',
    purposes: undefined,
    since: undefined,
    evidence: 'reported',
    source: 'Given to China Satcom (ChinaTechNews, 25 August 2005). The library: mobile.',
  },
  {
    callingCode: '86',
    country: 'CN',
    nationalPrefix: '1740',
    nationalLengths: [11],
    kind: 'satellite',
    purposes: undefined,
    since: undefined,
    evidence: 'unverified',
    source:
      'China Telecom, for the satellite Tiantong-1; the regulator set a series apart in 2016 (fx361, 23 November 2016), which one was not found. The library: mobile, in part.',
  },
  {
    callingCode: '7',
    country: 'RU',
    nationalPrefix: '954',
    nationalLengths: [10],
    kind: 'satellite',
    purposes: undefined,
    since: undefined,
    evidence: 'unverified',
    source:
      'GlobalTel (Globalstar) has a code of its own (globaltel.ru), 954 in the lists of Russian codes. The library: mobile.',
  },
];
