import { callStateAfter, DIALLED_STATES, isFinal } from './attempt-transitions.ts';
import type { AttemptMove } from './call-repository.ts';
import type { Attempt, Call } from './call.ts';

/** How long after its end a SIP code may be added to a FAILED attempt, in milliseconds. */
export const ENRICH_WITHIN_MS = 2_000;

/**
 * The call as it is stored once this move of its attempt, or this code for one that has failed, was written at that
 * moment. The repository does the same in SQL, and alone knows whether it is allowed.
 */
export function movedCall(call: Call, number: number, move: AttemptMove, at: Date): Call {
  const attempt = call.attempts.find((one) => one.number === number);
  if (attempt?.state === 'failed') return enrichedCall(call, attempt, move, at);
  const state = callStateAfter(move.to, move.to !== 'failed' || move.isLast, call.cancelledAt !== null);
  const reason = 'reason' in move ? move.reason : null;
  const sipCode = 'sipCode' in move ? (move.sipCode ?? null) : null;
  const moved = call.attempts.map((one) =>
    one.number !== number
      ? one
      : {
          ...one,
          state: move.to,
          reason,
          sipCode,
          movedAt: at,
          agentDispatchId: ('agentDispatchId' in move ? move.agentDispatchId : null) ?? one.agentDispatchId,
          agentIdentity: ('agentIdentity' in move ? move.agentIdentity : null) ?? one.agentIdentity,
        },
  );
  return {
    ...call,
    state,
    reason: state === 'in_progress' ? null : reason,
    sipCode: state === 'failed' || state === 'cancelled' ? sipCode : call.sipCode,
    hungUpBy: call.hungUpBy ?? ('hungUpBy' in move ? move.hungUpBy : null),
    dialedAt: call.dialedAt ?? (DIALLED_STATES.includes(move.to) ? at : null),
    ringingAt: call.ringingAt ?? (move.to === 'ringing' ? at : null),
    answeredAt: call.answeredAt ?? (move.to === 'answered' ? at : null),
    endedAt: call.endedAt ?? (isFinal(state) ? at : null),
    updatedAt: at,
    lastEvent: call.lastEvent + 1,
    attempts: moved,
  };
}

/** What the carrier said stands beside why the call ended, and takes its place only where the call has failed. */
function enrichedCall(call: Call, attempt: Attempt, move: AttemptMove, at: Date): Call {
  if (move.to !== 'failed') throw new Error(`A failed attempt cannot become ${move.to}.`);
  const sipCode = move.sipCode ?? null;
  const isOver = call.state === 'failed' || call.state === 'cancelled';
  return {
    ...call,
    sipCode: isOver ? sipCode : call.sipCode,
    reason: call.state === 'failed' ? move.reason : call.reason,
    updatedAt: at,
    lastEvent: call.lastEvent + 1,
    attempts: call.attempts.map((one) =>
      one === attempt ? { ...one, reason: move.reason, sipCode, movedAt: at } : one,
    ),
  };
}
