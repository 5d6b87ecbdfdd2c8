import { deleteRoom } from './delete-room.ts';
import { discardRoom } from './discard-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** The call is over, whoever ended it: leaves no room of it behind. */
export async function endCall(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  // An agent's report may have ended it from elsewhere, or a lost process begun it.
  for (const attempt of owned.call.attempts) {
    if (!owned.rooms.standing.has(attempt.number)) continue;
    // Where the callee had answered, it may be in the room yet.
    if (attempt === owned.attempt && owned.call.answeredAt !== null) await deleteInTime(parts, owned);
    else discardRoom(parts, owned, attempt);
  }
  await Promise.all(owned.rooms.discarding);
}

/** Nobody takes over a call that is over: neither the process's stop nor a lost lease ends this. */
async function deleteInTime(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { hangUpMs, deleteEveryMs } = parts.timing;
  const until = performance.now() + hangUpMs;
  while (!(await deleteRoom(parts, owned))) {
    if (performance.now() >= until) {
      owned.logger.error({ room: owned.attempt.room, alert: true }, 'the room of a call that is over stays');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, deleteEveryMs));
  }
}
