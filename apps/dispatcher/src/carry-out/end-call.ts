import { discardRoom } from './discard-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** How a call ended, for the figures. */
export interface CallEnd {
  readonly state: 'ended' | 'failed' | 'cancelled';
  readonly reason: string;
}

/** The call is over, whoever ended it: leaves no room of it behind. */
export async function endCall(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  // An agent's report may have ended it from elsewhere, or a lost process begun it.
  for (const attempt of owned.call.attempts) {
    if (owned.standing.has(attempt.number)) discardRoom(parts, owned, attempt);
  }
  await Promise.all(owned.discarding);
}
