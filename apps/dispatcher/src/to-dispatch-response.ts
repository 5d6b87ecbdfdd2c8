import { AttemptState, CallState, enumKey, RouteSource } from '@dialplane/contracts';
import type { DispatchResponse } from '@dialplane/contracts';
import type { Call } from '@dialplane/calls';

import { toFailure } from './to-failure.ts';

/** Answers a Dispatch from what is stored; throws when the call failed or its outcome is not known. */
export function toDispatchResponse(call: Call): DispatchResponse {
  if (call.reason !== null) throw toFailure(call, call.reason);
  const attempt = call.attempts.at(-1);
  const target = attempt?.target ?? call.targets[0];
  return {
    callLogId: call.id,
    room: attempt?.room ?? '',
    agentDispatchId: attempt?.agentDispatchId ?? '',
    agentName: target?.agentName ?? '',
    serverUrl: target?.serverUrl ?? '',
    sipTrunkId: target?.sipTrunkId ?? '',
    tenantId: call.tenantId,
    source: RouteSource[enumKey(call.source)],
    state: CallState[enumKey(call.state)],
    attemptState: attempt === undefined ? AttemptState.UNSPECIFIED : AttemptState[enumKey(attempt.state)],
  };
}
