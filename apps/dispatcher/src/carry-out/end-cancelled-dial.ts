import { isFinal } from '@dialplane/calls';

import { deleteRoom } from './delete-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * Cancelled when a dial may have been sent whose return this process does not see: deletes the room again and again
 * until nothing that was sent can still be served, since a dial into a deleted room makes it anew and rings.
 */
export async function endCancelledDial(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { deleteEveryMs, tokenDeadMs, legacyDialMs } = parts.timing;
  const { number, dialMode } = owned.attempt;
  const begun = performance.now();
  // What rings by then has nobody to stop it: after the ringing timeout it has stopped by itself.
  const ringsMs = owned.call.ringingTimeoutSeconds * 1000;
  for (;;) {
    const { attempt } = owned;
    if (attempt.number !== number || attempt.state === 'answered' || isFinal(attempt.state)) return;
    const isDeleted = await deleteRoom(parts, owned);
    const pastMs =
      dialMode === 'legacy'
        ? performance.now() - begun - legacyDialMs
        : owned.moments.elapsedMs('permit') - tokenDeadMs;
    if (pastMs >= (isDeleted ? 0 : ringsMs)) break;
    await owned.pause(deleteEveryMs);
  }
  await owned.move({ to: 'failed', reason: 'cancelled', isLast: true, evidence: 'room deleted' });
}
