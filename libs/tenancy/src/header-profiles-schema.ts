import { z } from 'zod';

import { records } from './records.ts';
import { shortName } from './rules-schema.ts';

const PROFILES_MAX = 20;
const HEADERS_MAX = 20;

/**
 * What SIP needs to work and LiveKit writes by itself. LiveKit refuses some of them and would send the others twice,
 * which makes the INVITE malformed.
 */
const WRITTEN_BY_LIVEKIT = new Set(
  (
    'accept accept-encoding accept-language allow allow-events authorization call-id contact content-disposition ' +
    'content-encoding content-language content-length content-type cseq event expires from max-forwards ' +
    'mime-version min-expires min-se proxy-authorization proxy-require rack record-route refer-to referred-by ' +
    'replaces reply-to require route rseq session-expires subscription-state supported timestamp to user-agent via ' +
    'www-authenticate proxy-authenticate'
  ).split(' '),
);

/** They tell the carrier another caller than the caller id, which alone is checked to be the tenant's own. */
const NAMES_A_CALLER = new Set([
  'p-asserted-identity',
  'p-preferred-identity',
  'remote-party-id',
  'diversion',
  'history-info',
  'identity',
  'identity-info',
]);

/** RFC 3261 §25.1, `token`. */
const TOKEN = /^[A-Za-z0-9.!%*_+`'~-]{1,64}$/;

const headerName = z.string().superRefine((name, context) => {
  const message = whatIsWrongWith(name.toLowerCase());
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const headerValue = z
  .string()
  .regex(/^[!-~]([ -~]{0,254}[!-~])?$/, 'is not 1 to 256 printable ASCII characters without a blank at either end');

const headers = records(z.record(headerName, headerValue)).superRefine((fields, context) => {
  const names = Object.keys(fields).map((name) => name.toLowerCase());
  if (names.length === 0) context.addIssue({ code: 'custom', message: 'has no headers' });
  if (names.length > HEADERS_MAX) context.addIssue({ code: 'custom', message: `has more than ${HEADERS_MAX} headers` });
  if (new Set(names).size < names.length)
    context.addIssue({ code: 'custom', message: 'has a header twice, in other letters' });
});

/** The JSON of `header_profiles`: names of profiles → names of SIP header fields → their values. */
export const HEADER_PROFILES_SCHEMA = records(z.record(shortName, headers)).refine(
  (profiles) => Object.keys(profiles).length <= PROFILES_MAX,
  `has more than ${PROFILES_MAX} profiles`,
);

function whatIsWrongWith(name: string): string | undefined {
  if (/^user(=|$)/.test(name))
    return 'is a parameter of SIP addresses and no header, so that LiveKit has no way to send it';
  if (!TOKEN.test(name)) return 'is not the name of a SIP header';
  // One letter is the short form of another name (RFC 3261 §7.3.3).
  if (name.length === 1 || WRITTEN_BY_LIVEKIT.has(name)) return 'is a header that LiveKit writes itself';
  if (NAMES_A_CALLER.has(name)) return 'tells another caller than the caller id, which is checked and this is not';
  return undefined;
}
