import type { Attempt, AttemptMove } from '@dialplane/calls';

import type { Health } from '../carry-out/report-health.ts';

/**
 * Tells the trunk's breaker what an agent's dial came to: an agent dials past this process. `isNew`: the report was
 * written down just now. A failure that is reported twice counts once; of an answer that somebody saw sooner the report
 * counts all the same.
 */
export function tellHealth(
  health: Pick<Health, 'succeeded' | 'trunkFailed'>,
  { target, state }: Attempt,
  move: AttemptMove,
  isNew: boolean,
): void {
  const { serverUrl, sipTrunkId } = target;
  if (move.to === 'failed' && isNew) health.trunkFailed(serverUrl, sipTrunkId, move.reason);
  const wasAnswered = state === 'answered' || state === 'ended';
  if (move.to === 'answered' && (isNew || wasAnswered)) health.succeeded(serverUrl, sipTrunkId);
}
