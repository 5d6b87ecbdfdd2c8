import type { Attempt, Call, CallEvent, CallReason, HungUpBy } from '@dialplane/calls';
import {
  AttemptState,
  CallReason as WireReason,
  CallState,
  enumKey,
  Fault,
  HungUpBy as WireHungUpBy,
  RouteSource,
} from '@dialplane/contracts';
import type {
  Attempt as AttemptMessage,
  Call as CallMessage,
  CallEvent as EventMessage,
  Explanation,
} from '@dialplane/contracts';

import { explainReason } from '../refusals/explain-reason.ts';

type Duration = NonNullable<CallMessage['talkTime']>;

/** A stored call as the contract has it. */
export function toCall(call: Call): CallMessage {
  const { dialedAt, ringingAt, answeredAt, endedAt } = call;
  return {
    callLogId: call.id,
    tenantId: call.tenantId,
    initiatedBy: call.initiatedBy ?? '',
    agentId: call.agentId,
    fromNumber: call.fromNumber,
    toNumber: call.toNumber,
    state: CallState[enumKey(call.state)],
    reason: toReason(call.reason),
    source: RouteSource[enumKey(call.source)],
    snapshotVersion: call.snapshotVersion,
    createdAt: call.createdAt,
    updatedAt: call.updatedAt,
    attempts: call.attempts.map(toAttempt),
    sipCode: call.sipCode ?? 0,
    dialedAt: dialedAt ?? undefined,
    ringingAt: ringingAt ?? undefined,
    answeredAt: answeredAt ?? undefined,
    endedAt: endedAt ?? undefined,
    hungUpBy: toHungUpBy(call.hungUpBy),
    postDialDelay: between(dialedAt, ringingAt ?? answeredAt),
    ringTime: between(ringingAt, answeredAt ?? endedAt),
    talkTime: between(answeredAt, endedAt),
    cancelledAt: call.cancelledAt ?? undefined,
    explanation: call.reason === null ? undefined : explain(call, call.reason),
  };
}

function explain(call: Call, reason: CallReason): Explanation {
  const { fault, message, hint } = explainReason(call, reason);
  return { fault: Fault[enumKey(fault)], message, hint };
}

/** An event as the contract has it. */
export function toCallEvent({ number, at, attempt, kind, reason, sipCode, evidence }: CallEvent): EventMessage {
  return { number, at, attempt, kind, reason: toReason(reason), sipCode: sipCode ?? 0, evidence };
}

export const toReason = (reason: CallReason | null): WireReason =>
  reason === null ? WireReason.UNSPECIFIED : WireReason[enumKey(reason)];

export const toHungUpBy = (who: HungUpBy | null): WireHungUpBy =>
  who === null ? WireHungUpBy.UNSPECIFIED : WireHungUpBy[enumKey(who)];

function toAttempt(attempt: Attempt): AttemptMessage {
  const { number, state, reason, target, room, agentDispatchId, dialMode, sipCode } = attempt;
  return {
    number,
    state: AttemptState[enumKey(state)],
    reason: toReason(reason),
    livekitConfigId: target.livekitConfigId ?? '',
    serverUrl: target.serverUrl,
    sipTrunkId: target.sipTrunkId,
    agentName: target.agentName,
    room,
    agentDispatchId: agentDispatchId ?? '',
    dialMode,
    sipCode: sipCode ?? 0,
  };
}

/** Undefined unless both have happened. Evidence that came out of order makes no negative length. */
function between(from: Date | null, to: Date | null): Duration | undefined {
  if (from === null || to === null) return undefined;
  const ms = Math.max(0, to.getTime() - from.getTime());
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
