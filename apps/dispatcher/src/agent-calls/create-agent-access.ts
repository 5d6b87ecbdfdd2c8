import type { CarryOutParts } from '../carry-out/parts.ts';
import type { AgentTokens } from './create-agent-tokens.ts';

/** What the agent of an attempt is told: where AgentCalls are taken, and a token for its own attempt alone. */
export function createAgentAccess(
  tokens: Pick<AgentTokens, 'sign'>,
  address: string,
  lifetimeSeconds: number,
): CarryOutParts['agentAccess'] {
  return async ({ tenantId, id }, { number, target }) => {
    const claims = {
      purpose: 'dial',
      tenantId,
      callId: id,
      attempt: number,
      agentName: target.agentName,
      jobId: null,
    } as const;
    return { address, token: await tokens.sign(claims, lifetimeSeconds) };
  };
}
