import { AttemptState, CallState, enumKey, RouteSource } from '@dialplane/contracts';
import type { DispatchResponse } from '@dialplane/contracts';
import { isFinal } from '@dialplane/calls';
import type { Attempt, Call } from '@dialplane/calls';

import type { Milestone } from '../has-reached.ts';
import { toFailure } from '../refusals/to-failure.ts';

/** Where call and attempt stand when they have come as far as that. */
const STATES: Readonly<Record<Milestone, Readonly<{ call: Call['state']; attempt: Attempt['state'] }>>> = {
  accepted: { call: 'accepted', attempt: 'planned' },
  room_ready: { call: 'in_progress', attempt: 'room_ready' },
  agent_ready: { call: 'in_progress', attempt: 'agent_ready' },
  answered: { call: 'in_progress', attempt: 'answered' },
};

/**
 * Answers a Dispatch from what is stored; throws when the call failed or its outcome is not known. While the call goes
 * on it is said to stand where the caller wanted it: whoever asks, at whichever process and a moment later, gets the
 * same answer.
 */
export function toDispatchResponse(call: Call, waitUntil: Milestone): DispatchResponse {
  const { state } = call;
  if (state === 'failed' || state === 'cancelled' || state === 'unknown') {
    throw toFailure(call, call.reason ?? (state === 'cancelled' ? 'cancelled' : 'outcome_unknown'));
  }
  const attempt = call.attempts.at(-1);
  const target = attempt?.target ?? call.targets[0];
  const stands = isFinal(state) ? { call: state, attempt: attempt?.state } : STATES[waitUntil];
  return {
    callLogId: call.id,
    room: attempt?.room ?? '',
    agentDispatchId: stands.attempt === 'planned' ? '' : (attempt?.agentDispatchId ?? ''),
    agentName: target?.agentName ?? '',
    serverUrl: target?.serverUrl ?? '',
    sipTrunkId: target?.sipTrunkId ?? '',
    tenantId: call.tenantId,
    source: RouteSource[enumKey(call.source)],
    state: CallState[enumKey(stands.call)],
    attemptState: stands.attempt === undefined ? AttemptState.UNSPECIFIED : AttemptState[enumKey(stands.attempt)],
  };
}
