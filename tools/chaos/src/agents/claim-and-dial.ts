import type { AgentCallsClient, AttemptState, ClaimDialResponse, HungUpBy } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { SipCallError, SipClient } from 'livekit-server-sdk';

import { untilAnswered } from './agent-connection.ts';

export interface LiveKitAccess {
  /** `http://host:port` that dials go to: the simulator. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface Claim {
  readonly token: string;
  readonly jobId: string;
  readonly nonce: string;
}

const DEADLINE_MS = 10_000;

/** Asks for the permit; the same claim again when the dispatcher went away meanwhile. Rejects when it is refused. */
export function claimDial(client: AgentCallsClient, claim: Claim, signal: AbortSignal): Promise<ClaimDialResponse> {
  return untilAnswered(
    () => callUnary(client.claimDial.bind(client), claim, { deadline: Date.now() + DEADLINE_MS }),
    signal,
  );
}

/** Dials as the permit says, once, whatever comes of it; a number is the carrier's SIP code. */
export async function dialByPermit(
  liveKit: LiveKitAccess,
  room: string,
  permit: ClaimDialResponse,
): Promise<'answered' | 'in doubt' | number> {
  const sip = new SipClient(liveKit.apiUrl, liveKit.apiKey, liveKit.apiSecret, { failover: false });
  try {
    await sip.createSipParticipant(permit.sipTrunkId, permit.dialNumber, room, {
      participantIdentity: permit.participantIdentity,
      fromNumber: permit.callerId,
      headers: permit.sipHeaders,
      ringingTimeout: permit.ringingTimeoutSeconds,
      maxCallDuration: permit.maxDurationSeconds,
      waitUntilAnswered: true,
      timeout: permit.ringingTimeoutSeconds + 10,
    });
    return 'answered';
  } catch (error) {
    return error instanceof SipCallError ? (error.sipStatusCode ?? 'in doubt') : 'in doubt';
  }
}

export interface DialReport {
  readonly state: AttemptState;
  readonly sipCode?: number;
  readonly hungUpBy?: HungUpBy;
}

/** Says how the dial goes, and goes on until somebody hears it. */
export async function reportDial(
  client: AgentCallsClient,
  { token, jobId }: { readonly token: string; readonly jobId: string },
  { state, sipCode = 0, hungUpBy = 'HUNG_UP_BY_UNSPECIFIED' }: DialReport,
  signal: AbortSignal,
): Promise<void> {
  const request = { token, jobId, state, sipCode, hungUpBy };
  await untilAnswered(
    () => callUnary(client.reportDial.bind(client), request, { deadline: Date.now() + DEADLINE_MS }),
    signal,
  );
}
