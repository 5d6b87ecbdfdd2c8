import { calleeIdentity } from '@dialplane/calls';
import { agentNameOf } from '@dialplane/livekit';
import type { Participant } from '@dialplane/livekit';

import { expelAgents } from './expel-agents.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Who is in a room, as far as the call is concerned. */
export interface RoomView {
  readonly callee: Participant | undefined;
  /** The permit's holder, or the agent that is to be it. */
  readonly agent: Participant | undefined;
}

/**
 * Looks into the current attempt's room, and sees to what is found there; undefined when the deployment does not answer.
 * The agent is known from then on, and one too many is removed. A phone in there that nobody was permitted to ring is
 * told of, once: somebody dials past us.
 */
export async function attendToRoom(parts: CarryOutParts, owned: OwnedCall): Promise<RoomView | undefined> {
  const { call, attempt } = owned;
  const seen = await lookIntoRoom(parts, owned);
  if (seen === undefined) return undefined;
  owned.rooms.standing.add(attempt.number);
  const { phones, agents } = seen;
  const agent = agentOf(agents, owned.watchedAgent, attempt.target.agentName);
  if (agent !== undefined) owned.agentIdentity = agent.identity;
  await expelAgents(parts, owned, agents);
  if (attempt.dialMode === 'legacy') return { callee: phones[0], agent };

  const callee = phones.find(({ identity }) => identity === calleeIdentity(call.id));
  // A claim may have been granted at another process a moment ago.
  if (callee !== undefined && owned.call.permit === null && !owned.rooms.strangers.has(callee.identity))
    await owned.refresh();
  const isPermitted = owned.call.permit !== null;
  for (const phone of phones) {
    if ((phone === callee && isPermitted) || owned.rooms.strangers.has(phone.identity)) continue;
    owned.rooms.strangers.add(phone.identity);
    owned.logger.error({ room: attempt.room, alert: true }, 'a phone is in a room that nobody was permitted to ring');
    await owned.note('unpermitted_participant', 'a SIP participant in the room');
  }
  return { callee: isPermitted ? callee : undefined, agent };
}

/** The one that is watched; before it is known, one of the attempt's agent name, or without any. */
function agentOf(agents: readonly Participant[], watched: string | null, agentName: string): Participant | undefined {
  if (watched !== null) return agents.find(({ identity }) => identity === watched);
  return agents.find((agent) => (agentNameOf(agent) ?? agentName) === agentName);
}
