import { ServerError, SipClient } from 'livekit-server-sdk';
import type { ClaimDialResponse } from '@dialplane/contracts';

/** A LiveKit server, and a key that may dial there. */
export interface LiveKitAccess {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export type SentDial =
  | { readonly kind: 'answered' }
  /** For certain; 0: no SIP code came with it. */
  | { readonly kind: 'failed'; readonly sipCode: number }
  /** It may have rung, and may still ring. Never send it again. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** Sends the one INVITE of a permit, and waits for the answer. */
export async function sendDial(livekit: LiveKitAccess, permit: ClaimDialResponse, room: string): Promise<SentDial> {
  // With failover the SDK would send a dial again, to another region, after an error.
  const sip = new SipClient(livekit.url, livekit.apiKey, livekit.apiSecret, { failover: false });
  try {
    await sip.createSipParticipant(permit.sipTrunkId, permit.dialNumber, room, {
      participantIdentity: permit.participantIdentity,
      fromNumber: permit.callerId,
      headers: permit.sipHeaders,
      ringingTimeout: permit.ringingTimeoutSeconds,
      maxCallDuration: permit.maxDurationSeconds,
      waitUntilAnswered: true,
    });
    return { kind: 'answered' };
  } catch (error) {
    return whatFailed(error);
  }
}

function whatFailed(error: unknown): SentDial {
  if (!(error instanceof ServerError)) return { kind: 'unknown', problem: String(error) };
  const sipCode = Number(error.metadata?.sip_status_code ?? 0);
  // LiveKit refused it, or gave up ringing. A 401 repeats the key's token: say nothing of it.
  if (sipCode > 0 || (error.status >= 400 && error.status < 500)) return { kind: 'failed', sipCode };
  return { kind: 'unknown', problem: `HTTP ${error.status}` };
}
