import { createAbsence } from './absence.ts';
import { failAttempt } from './fail-attempt.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** AGENT_READY in the dial mode `claiming`: the agent claims the dial in time, or may no longer. */
export async function awaitClaim(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { claimWithinMs, dialLookMs, goneAfterMs } = parts.timing;
  const { attempt } = owned;
  const until = performance.now() + claimWithinMs;
  const absence = createAbsence(goneAfterMs);
  for (;;) {
    if (owned.attempt.number !== attempt.number || owned.attempt.state !== 'agent_ready') return;
    if (owned.isCancelled) return failAttempt(parts, owned, 'cancelled', 'CancelCall');
    const left = until - performance.now();
    if (left <= 0) return failAttempt(parts, owned, 'agent_did_not_claim', 'no claim');
    await owned.pause(Math.min(dialLookMs, left));
    const view = await lookIntoRoom(parts, owned);
    if (view === undefined) absence.unanswered();
    else absence.note(view.agent === undefined);
    if (absence.isLong()) return failAttempt(parts, owned, 'agent_lost', 'agent left the room');
  }
}
