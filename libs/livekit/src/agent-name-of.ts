import type { Participant } from './livekit-client.ts';

/** The attribute in which LiveKit itself writes the agent's name on its participant; older servers do not. */
const ATTRIBUTE = 'lk.agent_name';

/** The name that an agent's worker registered under; undefined where the server does not tell it. */
export function agentNameOf({ attributes }: Pick<Participant, 'attributes'>): string | undefined {
  return attributes[ATTRIBUTE];
}
