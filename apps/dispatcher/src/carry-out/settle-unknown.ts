import { callStatus } from '@dialplane/livekit';

import { deleteRoom } from './delete-room.ts';
import { doubtMs } from './doubt-ms.ts';
import { endCancelledDial } from './end-cancelled-dial.ts';
import { failForGood } from './fail-for-good.ts';
import { isOverdue } from './is-overdue.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { moveByDepartures } from './move-by-departures.ts';

/** How often the room is deleted at last, if the deployment does not answer. */
const TRIES = 3;

/**
 * UNKNOWN: something was sent, and the phone may ring. Evidence settles it; where none comes, the time after which
 * nothing that was sent can still ring. That the room is empty is no evidence.
 */
export async function settleUnknown(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { attempt } = owned;
  const longestMs = doubtMs(parts.timing, attempt.dialMode, owned.call.ringingTimeoutSeconds);
  const settled = (): boolean => owned.attempt.number !== attempt.number || owned.attempt.state !== 'unknown';
  for (;;) {
    if (settled()) return;
    if (owned.isCancelled) return endCancelledDial(parts, owned);
    const view = await lookIntoRoom(parts, owned);
    const status = view?.callee === undefined ? undefined : callStatus(view.callee);
    if (status === 'active') return void (await owned.move({ to: 'answered', evidence: 'sip.callStatus' }));
    if (status === 'ringing' && !isOverdue(parts, owned))
      return void (await owned.move({ to: 'ringing', evidence: 'sip.callStatus' }));
    if (view?.callee === undefined && (await moveByDepartures(parts, owned))) return;
    if (elapsedMs(owned) >= longestMs) break;
    await owned.pause(parts.timing.dialLookMs);
  }
  for (let tries = 0; tries < TRIES && !(await deleteRoom(parts, owned)); tries++) {
    await owned.pause(parts.timing.deleteEveryMs);
  }
  if (settled()) return;
  const reason = attempt.reason === 'agent_did_not_report' ? 'agent_did_not_report' : 'outcome_unknown';
  await failForGood(parts, owned, { reason, evidence: 'time' });
}

/**
 * Since what was sent was sent at the latest: before the permit nobody dials; an agent dials with its own token, and it
 * is not known when. Whoever takes the call over goes on counting.
 */
function elapsedMs({ attempt, moments }: OwnedCall): number {
  return moments.elapsedMs(attempt.dialMode === 'dispatcher' ? 'permit' : 'doubt');
}
