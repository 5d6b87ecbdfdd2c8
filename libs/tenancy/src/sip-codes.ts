import { z } from 'zod';

import { readJson } from './read-json.ts';
import { records } from './records.ts';
import type { Reading } from './rules.ts';

/** What a carrier may mean by a SIP code; `docs/dispatch.md` describes each. */
export const SIP_CODE_REASONS = [
  'busy',
  'declined',
  'no_answer',
  'unavailable',
  'invalid_number',
  'carrier_trouble',
  'carrier_refused',
] as const;
export type SipCodeReason = (typeof SIP_CODE_REASONS)[number];

/** What a trunk's carrier means by codes, where it is not what others mean; by SIP code, 300 to 699. */
export type SipCodes = Readonly<Record<number, SipCodeReason>>;

const sipCode = z.string().regex(/^[3-6][0-9]{2}$/, 'is not a SIP code of a call that failed, 300 to 699');

/** The JSON of `sip_codes`: codes → what they mean. */
const SIP_CODES_SCHEMA = records(z.record(sipCode, z.enum(SIP_CODE_REASONS)));

/** Reads the JSON value of a trunk's `sip_codes`; null is none. */
export function readSipCodes(sipCodes: unknown): Reading<SipCodes> {
  return readJson('sip_codes', SIP_CODES_SCHEMA, sipCodes, (json) => json);
}
