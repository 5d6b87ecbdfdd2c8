import { LiveKitError } from '@dialplane/livekit';

import { clientOf } from './client-of.ts';
import { isGone } from './is-gone.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Deletes the room of the attempt under way; whether that is done. Whoever needs it done calls it again. */
export async function deleteRoom(parts: CarryOutParts, owned: OwnedCall): Promise<boolean> {
  try {
    await clientOf(parts, owned, owned.attempt).deleteRoom(owned.attempt.room);
    owned.rooms.standing.delete(owned.attempt.number);
    return true;
  } catch (error) {
    if (!(error instanceof LiveKitError)) throw error;
    return isGone(error);
  }
}
