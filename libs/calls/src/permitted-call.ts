import { agentIdentity } from './agent-identity.ts';
import type { Call } from './call.ts';

/** Who is granted the permit. `isAgent`: its job claimed; otherwise a dispatcher dials. */
export interface PermitHolder {
  readonly holder: string;
  readonly nonce: string | null;
  readonly isAgent: boolean;
}

/**
 * The call as it is stored once its current attempt was granted the permit at that moment. The repository does the
 * same in SQL. A claim is evidence of who the agent is, and that it is there.
 */
export function permittedCall(call: Call, { holder, nonce, isAgent }: PermitHolder, at: Date): Call {
  const attempt = call.attempts.at(-1);
  if (attempt === undefined) return call;
  const identity = attempt.agentIdentity ?? (isAgent ? agentIdentity(holder) : null);
  return {
    ...call,
    state: 'in_progress',
    reason: null,
    permit: { attempt: attempt.number, grantedAt: at, holder, nonce },
    updatedAt: at,
    lastEvent: call.lastEvent + (attempt.state === 'agent_ready' ? 1 : 2),
    attempts: [...call.attempts.slice(0, -1), { ...attempt, state: 'permitted', movedAt: at, agentIdentity: identity }],
  };
}
