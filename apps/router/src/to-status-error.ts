import { DatabaseUnavailableError } from '@dialplane/database';
import { StatusError } from '@dialplane/grpc';

/** Says what a fault of the database means to a caller; undefined for anything unforeseen. */
export function toStatusError(error: unknown): StatusError | undefined {
  if (!(error instanceof DatabaseUnavailableError)) return undefined;
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    message: 'The configuration cannot be read: the database is out of reach.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Ask again; operators: check DATABASE_URL and the PostgreSQL server.',
  });
}
