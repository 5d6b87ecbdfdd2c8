import type { Attempt } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import { LiveKitError } from '@dialplane/livekit';

import { clientOf } from './client-of.ts';
import { isGone } from './is-gone.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** The pause before it is tried again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Deletes the room of an attempt that is over, beside the call: best effort. A room that stays is empty of callees,
 * and LiveKit closes it in the end.
 */
export function discardRoom(parts: CarryOutParts, owned: OwnedCall, attempt: Attempt): void {
  const client = clientOf(parts, owned, attempt);
  owned.rooms.standing.delete(attempt.number);
  const work = async (): Promise<void> => {
    const until = performance.now() + parts.timing.discardMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await client.deleteRoom(attempt.room);
        return;
      } catch (error) {
        // Whoever has the call now does what is to be done.
        if (isGone(error) || !(error instanceof LiveKitError || error instanceof DatabaseUnavailableError)) return;
        if (performance.now() >= until || owned.pace.isRetiring()) {
          owned.logger.warn({ err: error, room: attempt.room }, 'the room of an attempt that is over stays');
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  const discarding = work().finally(() => owned.rooms.discarding.delete(discarding));
  owned.rooms.discarding.add(discarding);
}
