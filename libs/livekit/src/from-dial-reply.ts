import type { LiveKitError } from './livekit-error.ts';
import type { Reply } from './post.ts';
import { fromReply, livekitError, readTwirpError } from './to-livekit-error.ts';

/**
 * What LiveKit's nodes say among themselves when one of them stops or a request is dropped; the phone may ring on.
 * Any other `canceled` is the SIP service's: it has sent CANCEL.
 */
const DROPPED = /client is closed|server is closed|stream closed|request canceled/;

/**
 * The error that the reply to a dial is, or undefined for a 2xx with JSON. Where a SIP code came with it the carrier
 * or the callee has spoken, and the HTTP status says nothing about the deployment.
 */
export function fromDialReply(origin: string, reply: Reply): LiveKitError | undefined {
  const error = fromReply(origin, reply);
  const twirp = readTwirpError(reply);
  if (error === undefined || twirp === undefined) return error;
  const sipCode = readSipCode(twirp.meta['sip_status_code']);
  const details = { ...error.details, sipCode };
  if (sipCode !== undefined) return livekitError(origin, ['not_answered', 'rejected'], `SIP ${sipCode}`, details);
  if (twirp.code !== 'canceled' || DROPPED.test(twirp.msg)) return error;
  return livekitError(origin, ['not_answered', 'rejected'], 'its ringing timeout ran out', details);
}

function readSipCode(written: unknown): number | undefined {
  return /^[3-6][0-9]{2}$/.test(String(written)) ? Number(written) : undefined;
}
