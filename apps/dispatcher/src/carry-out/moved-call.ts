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

/** The call as it is stored once its current attempt was granted the permit, for the dispatcher to dial. */
export function permittedCall(call: Call): Call {
  const attempt = call.attempts.at(-1);
  if (attempt === undefined) return call;
  const permit = { attempt: attempt.number, grantedAt: new Date(), holder: 'dispatcher', nonce: null };
  return {
    ...call,
    state: 'in_progress',
    permit,
    attempts: [...call.attempts.slice(0, -1), { ...attempt, state: 'permitted' }],
  };
}
