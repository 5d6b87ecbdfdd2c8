import type { AttemptState } from '@dialplane/calls';
import { callStatus } from '@dialplane/livekit';

import { createAbsence } from './absence.ts';
import { endCancelledDial } from './end-cancelled-dial.ts';
import { isOverdue } from './is-overdue.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { RoomView } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { moveByDepartures } from './move-by-departures.ts';

const WATCHED: readonly AttemptState[] = ['agent_ready', 'permitted', 'dialing', 'ringing'];

/**
 * PERMITTED, DIALING or RINGING by a dial that is not this process's: the agent's, or a lost dispatcher's. Nobody is
 * dialled here. The room, reports and webhooks tell how it goes; when none of them does, it is UNKNOWN.
 */
export async function watchDial(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { number, dialMode } = owned.attempt;
  const calleeGone = createAbsence(parts.timing.goneAfterMs);
  const agentGone = createAbsence(parts.timing.goneAfterMs);
  for (;;) {
    if (owned.attempt.number !== number || !WATCHED.includes(owned.attempt.state)) return;
    if (owned.isCancelled) return endCancelledDial(parts, owned);
    const view = await lookIntoRoom(parts, owned);
    if (view === undefined) {
      calleeGone.unanswered();
      agentGone.unanswered();
      if (await moveByDepartures(parts, owned)) return;
    } else {
      if (await moveBySight(owned, view)) continue;
      calleeGone.note(view.callee === undefined);
      const isCalleeGone = calleeGone.isLong();
      // One that claimed may still be on its way into the room.
      const mayCome = owned.agentIdentity === null && owned.moments.elapsedMs('attempt') < parts.timing.agentReadyMs;
      agentGone.note(view.agent === undefined && !mayCome);
      if (isCalleeGone && (await moveByDepartures(parts, owned))) return;
      // Whoever dialled cannot say any more what became of it.
      if (isCalleeGone && (dialMode === 'dispatcher' || agentGone.isLong())) return doubt(owned, 'outcome_unknown');
    }
    if (isOverdue(parts, owned)) {
      return doubt(owned, dialMode === 'claiming' ? 'agent_did_not_report' : 'outcome_unknown');
    }
    await owned.pause(parts.timing.dialLookMs);
  }
}

/** What the phone's own status says. True: the attempt was moved. */
async function moveBySight(owned: OwnedCall, { callee }: RoomView): Promise<boolean> {
  const status = callee === undefined ? undefined : callStatus(callee);
  const { state } = owned.attempt;
  if (status === 'active') return owned.move({ to: 'answered', evidence: 'sip.callStatus' });
  if (status === 'ringing' && state !== 'ringing') return owned.move({ to: 'ringing', evidence: 'sip.callStatus' });
  const isNew = status === 'dialing' && (state === 'agent_ready' || state === 'permitted');
  return isNew && owned.move({ to: 'dialing', evidence: 'sip.callStatus' });
}

async function doubt(owned: OwnedCall, reason: 'outcome_unknown' | 'agent_did_not_report'): Promise<void> {
  await owned.move({ to: 'unknown', reason, evidence: 'nothing to see in the room' });
}
