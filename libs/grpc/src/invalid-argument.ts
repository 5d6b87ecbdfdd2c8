import { StatusError } from './status-error.ts';
import type { Violation } from './status-error.ts';

/** Refuses a request whose fields are malformed: INVALID_ARGUMENT with every violation. */
export function invalidArgument(violations: readonly Violation[]): StatusError {
  return new StatusError({
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_REQUEST',
    message: violations.map(({ field, description }) => `${field}: ${description}`).join('; '),
    fault: 'caller',
    retryable: false,
    hint: 'Correct the fields that are named; the proto says what each may hold.',
    violations,
  });
}
