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
  // An agent's report may have ended it from elsewhere.
  if (owned.standing.has(owned.attempt.number)) discardRoom(parts, owned, owned.attempt);
  await Promise.all(owned.discarding);
}
