import type { CallReason, DeploymentEventParticipant, HungUpBy } from '@dialplane/calls';
import { callStatus } from '@dialplane/livekit';

/** What became of a dial, by how its callee left the room. */
export type DialEvidence = WhatBecame & { readonly evidence: string };

type WhatBecame =
  | { readonly to: 'failed'; readonly reason: CallReason }
  | { readonly to: 'ended'; readonly hungUpBy: HungUpBy | null; readonly reason: CallReason | null };

/** The reasons that LiveKit gives, for a callee who never answered. LiveKit has one for busy and declined. */
const FAILURES: Readonly<Record<string, CallReason>> = {
  USER_REJECTED: 'declined',
  USER_UNAVAILABLE: 'unavailable',
  SIP_TRUNK_FAILURE: 'carrier_trouble',
  CLIENT_INITIATED: 'carrier_trouble',
};

/** What stands in the timeline for a webhook that told of a participant's leaving, and how. */
export function webhookEvidence({ disconnectReason = '' }: DeploymentEventParticipant): string {
  // It is the deployment's word: only what looks like one of LiveKit's names is shown.
  return /^[A-Z_]{1,40}$/.test(disconnectReason)
    ? `webhook participant_left, ${disconnectReason}`
    : 'webhook participant_left';
}

/** Undefined where nobody said that the callee left. */
export function calleeEvidence(
  departures: readonly DeploymentEventParticipant[],
  isCallee: (participant: DeploymentEventParticipant) => boolean,
): DialEvidence | undefined {
  const callee = departures.findLast(isCallee);
  const became = callee && whatBecameOf(callee);
  return became && { ...became, evidence: webhookEvidence(callee) };
}

function whatBecameOf(callee: DeploymentEventParticipant): WhatBecame | undefined {
  const status = callStatus(callee);
  const why = callee.disconnectReason ?? '';
  if (status === 'active' || status === 'hangup') {
    if (status === 'hangup' || why === 'CLIENT_INITIATED') return { to: 'ended', hungUpBy: 'callee', reason: null };
    // Whoever deletes the room or expels the callee has the deployment's API key: the agent, when it is not us.
    if (why === 'ROOM_DELETED' || why === 'PARTICIPANT_REMOVED')
      return { to: 'ended', hungUpBy: 'agent', reason: null };
    return LOST.includes(why)
      ? { to: 'ended', hungUpBy: 'deployment', reason: 'deployment_lost' }
      : { to: 'ended', hungUpBy: null, reason: null };
  }
  if (LOST.includes(why)) return { to: 'failed', reason: 'deployment_lost' };
  if (why === 'USER_UNAVAILABLE' && status === 'ringing') return { to: 'failed', reason: 'no_answer' };
  const reason = FAILURES[why];
  return reason === undefined ? undefined : { to: 'failed', reason };
}

/** The deployment lost the connection; nobody hung up. */
const LOST: readonly string[] = [
  'CONNECTION_TIMEOUT',
  'SERVER_SHUTDOWN',
  'SIGNAL_CLOSE',
  'MEDIA_FAILURE',
  'STATE_MISMATCH',
];

/** The agent's leaving, where it was of its own will: it hung up. */
export function agentHungUp(
  departures: readonly DeploymentEventParticipant[],
  identity: string | null,
): DeploymentEventParticipant | undefined {
  return departures.find(
    (left) => left.kind === 'agent' && left.identity === identity && left.disconnectReason === 'CLIENT_INITIATED',
  );
}
