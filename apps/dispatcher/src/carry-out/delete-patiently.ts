import { setTimeout as sleep } from 'node:timers/promises';

import { DatabaseUnavailableError } from '@dialplane/database';
import { LiveKitError } from '@dialplane/livekit';

import type { CallClient } from './call-client.ts';
import { isGone } from './is-gone.ts';

/** The pause before it is tried again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  /** How long it is tried, in milliseconds. */
  readonly forMs: number;
  readonly isOver: () => boolean;
}

/** Deletes a room, and tries again while its deployment or the database does not answer; throws what it comes to. */
export async function deletePatiently(
  { deleteRoom }: Pick<CallClient, 'deleteRoom'>,
  room: string,
  { forMs, isOver }: Patience,
): Promise<void> {
  const until = performance.now() + forMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await deleteRoom(room);
    } catch (error) {
      if (isGone(error)) return;
      const mayPass = error instanceof LiveKitError || error instanceof DatabaseUnavailableError;
      if (!mayPass || performance.now() >= until || isOver()) throw error;
    }
    await sleep(pause);
  }
}
