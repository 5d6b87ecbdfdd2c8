import { callStateAfter, isFinal } from '@dialplane/calls';
import type { AttemptMove, Call } from '@dialplane/calls';

/** The call as it is stored once this move of its attempt was made. */
export function movedCall(call: Call, number: number, move: AttemptMove): Call {
  const reason = 'reason' in move ? move.reason : null;
  const isLast = move.to === 'failed' && move.isLast;
  const state = callStateAfter(move.to, isLast, call.cancelledAt !== null);
  const sipCode = move.to === 'failed' ? (move.sipCode ?? null) : null;
  const attempts = call.attempts.map((attempt) =>
    attempt.number !== number
      ? attempt
      : {
          ...attempt,
          state: move.to,
          reason,
          sipCode,
          ...(move.to === 'room_ready' && { agentDispatchId: move.agentDispatchId }),
          ...(move.to === 'agent_ready' && { agentIdentity: move.agentIdentity }),
        },
  );
  const tellsReason = isFinal(state) || state === 'unknown';
  return {
    ...call,
    state,
    attempts,
    reason: tellsReason ? reason : null,
    sipCode: tellsReason ? sipCode : null,
    hungUpBy: move.to === 'ended' ? move.hungUpBy : null,
    answeredAt: move.to === 'answered' ? new Date() : call.answeredAt,
  };
}
