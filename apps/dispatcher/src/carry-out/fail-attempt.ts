import type { CallReason } from '@dialplane/calls';

import { discardRoom } from './discard-room.ts';
import { nextTarget } from './next-target.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * Ends an attempt that no permit was granted to: by the same write no permit is granted to it any more. Another
 * target is tried next if there is one, unless the call was cancelled.
 */
export async function failAttempt(
  parts: CarryOutParts,
  owned: OwnedCall,
  reason: CallReason,
  evidence: string,
  room: 'stands' | 'never asked for' = 'stands',
): Promise<void> {
  const { attempt } = owned;
  const isLast = owned.isCancelled || nextTarget(owned.call, reason) === undefined;
  const why = owned.isCancelled ? 'cancelled' : reason;
  const isFailed = await owned.move({ to: 'failed', reason: why, isLast, unlessPermitted: true, evidence });
  if (room === 'never asked for') owned.rooms.standing.delete(attempt.number);
  if (isFailed && room === 'stands') discardRoom(parts, owned, attempt);
}
