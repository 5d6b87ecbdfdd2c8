import type { Call } from '@dialplane/calls';

/** The call as it is stored once its current attempt was granted the permit, for the dispatcher to dial. */
export function permittedCall(call: Call): Call {
  const attempt = call.attempts.at(-1);
  if (attempt === undefined) return call;
  const permit = { attempt: attempt.number, grantedAt: new Date(), holder: 'dispatcher', nonce: null };
  return {
    ...call,
    state: 'in_progress',
    permit,
    attempts: [...call.attempts.slice(0, -1), { ...attempt, state: 'permitted' }],
  };
}
