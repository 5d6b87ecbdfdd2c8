import { roomName } from '@dialplane/calls';
import type { AttemptMove, CallRepository, Lease, Standing } from '@dialplane/calls';

import { doubtMs } from './doubt-ms.ts';
import type { Timing } from './timing.ts';

export interface EndNarrowlyParts {
  readonly calls: Pick<CallRepository, 'stand' | 'move' | 'startAttempt'>;
  readonly timing: Timing;
  /** Deletes the current attempt's room, best effort: somebody may be in there. */
  readonly emptyRoom: () => Promise<void>;
}

/** Into doubt, out of it, and a few more for what others write meanwhile. */
const MOST_MOVES = 5;
const EVIDENCE = 'it could not be carried on';

/**
 * Ends a call that cannot be carried on, by as little as it takes. False: somebody may be rung yet, and it is UNKNOWN
 * until nothing that was sent can ring; to be asked again then. True: it is over, or another process's.
 */
export async function endNarrowly({ calls, timing, emptyRoom }: EndNarrowlyParts, lease: Lease): Promise<boolean> {
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const standing = await calls.stand(lease);
    if (standing === undefined) return true;
    const { attempt, state, targetIndex, dialMode } = standing;
    if (state === 'failed') {
      // Between two attempts: the next one is written for the call to fail with it.
      const number = attempt + 1;
      await calls.startAttempt(lease, { number, targetIndex, dialMode, room: roomName(lease.callId, number) });
      continue;
    }
    const move = lastMove(timing, standing);
    if (move === undefined) return false;
    // Before the permit the write comes first: an agent that is granted it meanwhile would dial into a deleted room.
    if (state === 'answered' || state === 'unknown') await emptyRoom();
    await calls.move(lease, attempt, move);
  }
  return false;
}

/** Undefined: none yet. */
function lastMove(timing: Timing, standing: Standing): AttemptMove | undefined {
  const { state, dialMode, isCancelled, permittedForMs, unmovedForMs, ringingTimeoutSeconds } = standing;
  const because = (reason: 'dispatcher_lost' | 'outcome_unknown') => (isCancelled ? 'cancelled' : reason);
  if (state === 'answered')
    return {
      to: 'ended',
      reason: because('dispatcher_lost'),
      hungUpBy: isCancelled ? 'caller' : 'dialplane',
      evidence: EVIDENCE,
    };
  if (state === 'unknown') {
    const sinceMs = dialMode === 'dispatcher' ? permittedForMs : unmovedForMs;
    if ((sinceMs ?? unmovedForMs) < doubtMs(timing, dialMode, ringingTimeoutSeconds)) return undefined;
    return { to: 'failed', reason: because('outcome_unknown'), isLast: true, evidence: EVIDENCE };
  }
  if (permittedForMs !== null || dialMode === 'legacy')
    return { to: 'unknown', reason: 'outcome_unknown', evidence: EVIDENCE };
  return { to: 'failed', reason: because('dispatcher_lost'), isLast: true, unlessPermitted: true, evidence: EVIDENCE };
}
