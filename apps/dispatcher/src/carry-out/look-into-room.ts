import { calleeIdentity } from '@dialplane/calls';
import { agentNameOf } from '@dialplane/livekit';
import type { Participant } from '@dialplane/livekit';

import { asked } from './asked.ts';
import { clientOf } from './client-of.ts';
import { expelAgents } from './expel-agents.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Who is in a room, as far as the call is concerned. */
export interface RoomView {
  readonly callee: Participant | undefined;
  /** The permit's holder, or the agent that is to be it. */
  readonly agent: Participant | undefined;
}

/**
 * Looks into the current attempt's room; undefined when the deployment does not answer. A phone in there that nobody
 * was permitted to ring is told of, once: somebody dials past us. An agent too many is removed.
 */
export async function lookIntoRoom(parts: CarryOutParts, owned: OwnedCall): Promise<RoomView | undefined> {
  const { call, attempt } = owned;
  const participants = await asked(clientOf(parts, owned, attempt).listParticipants(attempt.room));
  if (participants === undefined) return undefined;
  owned.rooms.standing.add(attempt.number);
  const phones = participants.filter(({ kind }) => kind === 'sip');
  const agents = participants.filter(({ kind }) => kind === 'agent');
  const watched = owned.watchedAgent;
  const agent =
    watched === null
      ? agents.find(
          (participant) => (agentNameOf(participant) ?? attempt.target.agentName) === attempt.target.agentName,
        )
      : agents.find(({ identity }) => identity === watched);
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
