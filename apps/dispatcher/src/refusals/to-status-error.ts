import { AdoptedTableError, DatabaseUnavailableError } from '@dialplane/database';
import { StatusError } from '@dialplane/grpc';

/** Says what a fault of the database means to the caller of a call, if there is one; undefined for anything unforeseen. */
export function toStatusError(error: unknown, callId?: string): StatusError | undefined {
  const metadata: Record<string, string> = callId === undefined ? {} : { call_log_id: callId };
  if (error instanceof AdoptedTableError) {
    return new StatusError({
      code: 'FAILED_PRECONDITION',
      reason: 'ADOPTED_TABLE',
      message: 'A table that Dialplane adopted does not take what a call needs to write.',
      fault: 'tenant_configuration',
      retryable: false,
      hint: error.message,
      metadata,
      cause: error,
    });
  }
  if (!(error instanceof DatabaseUnavailableError)) return undefined;
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    message: 'The database is out of reach.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again with the same idempotency key: it is one call, however often it is asked for.',
    metadata,
    cause: error,
  });
}
