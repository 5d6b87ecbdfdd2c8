import { StatusError } from '@dialplane/grpc';

/** Why an attempt may not dial. */
export type Revocation = 'revoked' | 'held' | 'cancelled' | 'over' | 'do_not_call';

const WHY: Readonly<Record<Revocation, string>> = {
  revoked: 'another attempt took its place, or its time was up',
  held: 'somebody else has, or had, the right to dial',
  cancelled: 'the call was cancelled',
  over: 'the call is over',
  do_not_call: 'the number is on a do-not-call list',
};

/** What an agent is told that may not dial; it leaves. */
export function attemptRevoked(callId: string, why: Revocation): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: 'ATTEMPT_REVOKED',
    message: `This attempt may not dial: ${WHY[why]}.`,
    fault: 'agent',
    retryable: false,
    hint: 'Leave the room, and do not delete it; dial nobody.',
    metadata: { call_log_id: callId, why },
  });
}
