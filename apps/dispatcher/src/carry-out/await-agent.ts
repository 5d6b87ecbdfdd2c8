import { noWorkerTookIt } from '@dialplane/livekit';
import type { Participant } from '@dialplane/livekit';

import { originOf } from '../targets/origin-of.ts';
import { asked } from './asked.ts';
import { clientOf } from './client-of.ts';
import type { AgentWait } from './create-agent-looks.ts';
import { dial } from './dial.ts';
import { endCancelledDial } from './end-cancelled-dial.ts';
import { failAttempt } from './fail-attempt.ts';
import { failForGood } from './fail-for-good.ts';
import { attendToRoom } from './attend-to-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * ROOM_READY: looks into the room until the agent is in it. None in time: the attempt is over, and in the dial mode
 * `legacy`, where the agent may be about to dial, only when no worker took the job.
 */
export async function awaitAgent(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { attempt } = owned;
  const wait = parts.agentLooks.begin(originOf(attempt.target.serverUrl));
  const came = await lookForAgent(parts, owned, wait).finally(wait.end);
  if (owned.attempt.number !== attempt.number || owned.attempt.state !== 'room_ready') return;
  if (owned.isCancelled) return cancelBeforeAgent(parts, owned);
  if (came === 'asks to dial') return dial(parts, owned);
  if (came !== undefined) {
    await owned.move({ to: 'agent_ready', agentIdentity: came.identity, evidence: 'agent in the room' });
    return;
  }
  if (attempt.dialMode !== 'legacy') return failAttempt(parts, owned, 'no_agent', 'nobody came');
  const dispatches = await asked(clientOf(parts, owned, attempt).listAgentDispatches(attempt.room));
  if (dispatches === undefined || !noWorkerTookIt(dispatches)) {
    await owned.move({ to: 'unknown', reason: 'outcome_unknown', evidence: 'nobody came' });
    return;
  }
  await failForGood(parts, owned, { reason: 'no_agent', evidence: 'listDispatch' });
}

/** The agent, or its question by PlaceDial; undefined when it did not come, or the call stands elsewhere now. */
async function lookForAgent(
  parts: CarryOutParts,
  owned: OwnedCall,
  wait: AgentWait,
): Promise<Participant | 'asks to dial' | undefined> {
  const { attempt } = owned;
  const begun = performance.now();
  for (;;) {
    if (owned.attempt.number !== attempt.number || owned.attempt.state !== 'room_ready' || owned.isCancelled) return;
    const agent = (await attendToRoom(parts, owned))?.agent;
    if (agent !== undefined) return agent;
    if (owned.attempt.dialRequestedBy !== null && attempt.dialMode === 'dispatcher') return 'asks to dial';
    const waitedMs = performance.now() - begun;
    if (waitedMs >= parts.timing.agentReadyMs) return;
    await owned.pause(wait.pauseMs(waitedMs));
  }
}

/** A legacy agent that has just got its job may dial: its room is deleted as one that was dialled into. */
async function cancelBeforeAgent(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  if (owned.attempt.dialMode !== 'legacy') return failAttempt(parts, owned, 'cancelled', 'CancelCall');
  return endCancelledDial(parts, owned);
}
