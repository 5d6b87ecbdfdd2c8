import { DisconnectReason } from '@livekit/protocol';

import type { TwirpCode } from './twirp.ts';

/** What LiveKit makes of a carrier's final SIP code. */
export interface SipRefusal {
  /** The reason phrase. */
  readonly phrase: string;
  readonly twirpCode: TwirpCode;
  /** What participant_left says. */
  readonly disconnectReason: DisconnectReason;
}

const { CLIENT_INITIATED, USER_REJECTED, USER_UNAVAILABLE } = DisconnectReason;

/** Measured with livekit-sip 1.4.0; read in its source: 487, and the disconnect reasons of 404 to 410, 484, 488, 504, 604. */
const REFUSALS: Readonly<Record<number, readonly [string, TwirpCode, DisconnectReason]>> = {
  403: ['Forbidden', 'permission_denied', USER_REJECTED],
  404: ['Not Found', 'not_found', USER_UNAVAILABLE],
  408: ['Request Timeout', 'deadline_exceeded', USER_UNAVAILABLE],
  410: ['Gone', 'not_found', CLIENT_INITIATED],
  480: ['Temporarily Unavailable', 'resource_exhausted', USER_UNAVAILABLE],
  484: ['Address Incomplete', 'invalid_argument', CLIENT_INITIATED],
  486: ['Busy Here', 'resource_exhausted', USER_REJECTED],
  487: ['Request Terminated', 'aborted', CLIENT_INITIATED],
  488: ['Not Acceptable Here', 'invalid_argument', CLIENT_INITIATED],
  500: ['Server Internal Error', 'failed_precondition', CLIENT_INITIATED],
  502: ['Bad Gateway', 'failed_precondition', CLIENT_INITIATED],
  503: ['Service Unavailable', 'failed_precondition', CLIENT_INITIATED],
  504: ['Server Time-out', 'deadline_exceeded', CLIENT_INITIATED],
  600: ['Busy Everywhere', 'resource_exhausted', USER_REJECTED],
  603: ['Decline', 'permission_denied', USER_REJECTED],
  604: ['Does Not Exist Anywhere', 'not_found', CLIENT_INITIATED],
};

/** Throws for a code that the table does not have: nobody has seen what LiveKit makes of it. */
export function sipRefusal(sipCode: number): SipRefusal {
  const refusal = REFUSALS[sipCode];
  if (refusal === undefined) throw new Error(`It is not known what LiveKit makes of SIP ${sipCode}.`);
  const [phrase, twirpCode, disconnectReason] = refusal;
  return { phrase, twirpCode, disconnectReason };
}
