import { DIAL_STATES, isFinal, mayFollowPermit, statesBefore } from '../attempt-transitions.ts';
import type { AttemptMove } from '../call-repository.ts';
import type { Call } from '../call.ts';

/** Whether the attempt may be moved so, as far as call and attempt are concerned; who moves it is another matter. */
export function mayMove(call: Call, number: number, move: AttemptMove): boolean {
  const attempt = call.attempts.at(-1);
  if (attempt?.number !== number || isFinal(call.state) || !statesBefore(move.to).includes(attempt.state)) return false;
  const mayDial = call.permit?.attempt === number || attempt.dialMode === 'legacy';
  if (DIAL_STATES.includes(move.to) && !mayDial) return false;
  return call.permit === null || mayFollowPermit(move);
}
