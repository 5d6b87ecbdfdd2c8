import type { Attempt } from '@dialplane/calls';

import { clientOf } from './client-of.ts';
import { deletePatiently } from './delete-patiently.ts';
import { DroppedCall } from './dropped-call.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * Deletes the room of an attempt that is over, beside the call: best effort. A room that stays is empty of callees,
 * and LiveKit closes it in the end.
 */
export function discardRoom(parts: CarryOutParts, owned: OwnedCall, attempt: Attempt): void {
  const client = clientOf(parts, owned, attempt);
  owned.rooms.standing.delete(attempt.number);
  const patience = { forMs: parts.timing.discardMs, isOver: () => owned.pace.isRetiring() };
  const discarding = deletePatiently(client, attempt.room, patience)
    .catch((error: unknown) => {
      // Whoever has the call now does what is to be done.
      if (error instanceof DroppedCall) return;
      owned.logger.warn({ err: error, room: attempt.room }, 'the room of an attempt that is over stays');
    })
    .finally(() => owned.rooms.discarding.delete(discarding));
  owned.rooms.discarding.add(discarding);
}
