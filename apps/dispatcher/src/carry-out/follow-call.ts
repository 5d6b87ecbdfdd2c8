import type { AttemptMove } from '@dialplane/calls';
import { callStatus } from '@dialplane/livekit';

import { createAbsence } from './absence.ts';
import { asked } from './asked.ts';
import { clientOf } from './client-of.ts';
import { deleteRoom } from './delete-room.ts';
import { discardRoom } from './discard-room.ts';
import { attendToRoom } from './attend-to-room.ts';
import { departureOfCallee } from './move-by-departures.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { agentHungUp, webhookEvidence } from './what-departures-say.ts';

type End = Omit<Extract<AttemptMove, { to: 'ended' }>, 'to'>;

/**
 * ANSWERED: the two talk until the callee hangs up, the agent does or is lost, the call lasts as long as it may, or
 * somebody cancels it. The room is deleted first and the end written then: a process that is lost between the two leaves
 * nobody in silence, and no room behind.
 */
export async function followCall(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { talkLookMs, dialLookMs, goneAfterMs, silentMs } = parts.timing;
  const calleeGone = createAbsence(goneAfterMs);
  const agentGone = createAbsence(goneAfterMs);
  const silence = createAbsence(silentMs);
  const maxMs = owned.call.maxDurationSeconds * 1000;
  let isLeftAlone = false;
  while (owned.attempt.state === 'answered') {
    if (owned.isCancelled) {
      return hangUp(parts, owned, { reason: 'cancelled', hungUpBy: 'caller', evidence: 'CancelCall' });
    }
    if (owned.moments.elapsedMs('answer') >= maxMs) {
      return hangUp(parts, owned, { reason: 'max_duration', hungUpBy: 'dialplane', evidence: 'max duration' });
    }
    const view = await attendToRoom(parts, owned);
    let isSomebodyMissing = false;
    if (view === undefined) {
      calleeGone.unanswered();
      agentGone.unanswered();
      if ((await departureOfCallee(parts, owned))?.to === 'ended') return recordEnd(parts, owned, true);
      silence.note(true);
      if (silence.isLong() && (await answersOtherwise(parts, owned))) return recordLoss(parts, owned);
    } else {
      silence.note(false);
      const { callee, agent } = view;
      const hasHungUp = callee !== undefined && callStatus(callee) === 'hangup';
      const isTold = callee === undefined && (await departureOfCallee(parts, owned))?.to === 'ended';
      calleeGone.note(callee === undefined);
      if (hasHungUp || isTold || calleeGone.isLong())
        return recordEnd(parts, owned, agent !== undefined || isLeftAlone);
      agentGone.note(agent === undefined);
      if (callee !== undefined) isLeftAlone = agentGone.isLong();
      if (callee !== undefined && isLeftAlone && owned.call.onAgentLost === 'end') return endWithoutAgent(parts, owned);
      isSomebodyMissing = callee === undefined || agent === undefined;
    }
    const pauseMs = isSomebodyMissing ? dialLookMs : talkLookMs;
    await owned.pause(Math.max(0, Math.min(pauseMs, maxMs - owned.moments.elapsedMs('answer'))));
  }
}

/** Whether the deployment answers for the room's name while it does not answer for who is in it: its server is gone. */
async function answersOtherwise(parts: CarryOutParts, owned: OwnedCall): Promise<boolean> {
  const { attempt } = owned;
  return (await asked(clientOf(parts, owned, attempt).listRooms([attempt.room]))) !== undefined;
}

async function recordLoss(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { attempt } = owned;
  const end: End = { reason: 'deployment_lost', hungUpBy: 'deployment', evidence: 'the room does not answer' };
  if (await owned.move({ to: 'ended', ...end })) discardRoom(parts, owned, attempt);
}

/** The callee is gone: who hung up, the webhooks know best, and else who was there to be left. */
async function recordEnd(parts: CarryOutParts, owned: OwnedCall, isAgentThere: boolean): Promise<void> {
  const said = await departureOfCallee(parts, owned);
  const isTold = said?.to === 'ended' && said.hungUpBy !== null;
  // Both gone at once: the room was deleted, which is how agents hang up.
  const end: End = isTold
    ? { reason: said.reason, hungUpBy: said.hungUpBy, evidence: said.evidence }
    : { reason: null, hungUpBy: isAgentThere ? 'callee' : 'agent', evidence: 'callee gone from the room' };
  return hangUp(parts, owned, end);
}

async function endWithoutAgent(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const departures = await parts.departures(owned.call, owned.attempt);
  const left = agentHungUp(departures, owned.watchedAgent);
  return hangUp(
    parts,
    owned,
    left !== undefined
      ? { reason: null, hungUpBy: 'agent', evidence: `${webhookEvidence(left)}, of the agent` }
      : { reason: 'agent_lost', hungUpBy: 'dialplane', evidence: 'agent gone from the room' },
  );
}

async function hangUp(parts: CarryOutParts, owned: OwnedCall, end: End): Promise<void> {
  const until = performance.now() + parts.timing.hangUpMs;
  let isDeleted = false;
  while (owned.attempt.state === 'answered' && !isDeleted && performance.now() < until) {
    isDeleted = await deleteRoom(parts, owned);
    if (!isDeleted) await owned.pause(parts.timing.deleteEveryMs);
  }
  const { attempt } = owned;
  const evidence = isDeleted ? end.evidence : `${end.evidence}; the room could not be deleted`;
  if (attempt.state !== 'answered' || !(await owned.move({ to: 'ended', ...end, evidence }))) return;
  if (owned.rooms.standing.has(attempt.number)) discardRoom(parts, owned, attempt);
}
