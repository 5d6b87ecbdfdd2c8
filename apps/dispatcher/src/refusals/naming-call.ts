import { StatusError } from '@dialplane/grpc';

import { toStatusError } from './to-status-error.ts';

/** Does what is to be done about a call that is written: whatever goes wrong names it. */
export async function namingCall<T>(callId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StatusError ? error : (toStatusError(error, callId) ?? unforeseen(error, callId));
  }
}

function unforeseen(cause: unknown, callId: string): StatusError {
  return new StatusError({
    code: 'INTERNAL',
    reason: 'INTERNAL',
    message: 'Dialplane failed to say what has become of the call.',
    fault: 'dialplane',
    retryable: false,
    hint: "Operators: the cause is in the dispatcher's log.",
    metadata: { call_log_id: callId },
    cause,
  });
}
