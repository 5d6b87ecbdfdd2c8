import { DatabaseUnavailableError } from '@dialplane/database';
import { StatusError } from '@dialplane/grpc';

/** Says what a fault of the database means to the caller of a call, if there is one; undefined for anything unforeseen. */
export function toStatusError(error: unknown, callId?: string): StatusError | undefined {
  if (!(error instanceof DatabaseUnavailableError)) return undefined;
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    message: 'The database is out of reach.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again with the same idempotency key: it is one call, however often it is asked for.',
    metadata: callId === undefined ? {} : { call_log_id: callId },
  });
}
