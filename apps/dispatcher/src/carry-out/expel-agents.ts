import { agentNameOf } from '@dialplane/livekit';
import type { Participant } from '@dialplane/livekit';

import { asked } from './asked.ts';
import { clientOf } from './client-of.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * A server that restarts launches the room's agent again, beside the one that comes back by itself. Once it is settled
 * for good whose call it is, by the permit, and that agent is there, any other of the same name is told of, once, and
 * removed. Before the permit nobody is: whoever is removed might just have been granted it. Where the agent is not
 * there, another one may have come for the callee.
 */
export async function expelAgents(
  parts: CarryOutParts,
  owned: OwnedCall,
  agents: readonly Participant[],
): Promise<void> {
  const { attempt, call, watchedAgent } = owned;
  if (attempt.dialMode === 'legacy' || call.permit === null) return;
  if (agents.every(({ identity }) => identity !== watchedAgent)) return;
  for (const agent of agents) {
    if (agent.identity === watchedAgent || agentNameOf(agent) !== attempt.target.agentName) continue;
    if (!owned.rooms.strangers.has(agent.identity)) {
      owned.rooms.strangers.add(agent.identity);
      owned.logger.warn({ room: attempt.room, identity: agent.identity }, 'a second agent is in a room: it is removed');
      await owned.note('unexpected_agent', 'a second agent in the room');
    }
    // One that does not go is asked again with the next look.
    await asked(clientOf(parts, owned, attempt).removeParticipant(attempt.room, agent.identity));
  }
}
