import type { HandlerEnvironment } from './own-method.ts';
import { StatusError } from './status-error.ts';

/** What a caller is told about what a handler threw; the cause of our own faults goes to the log. */
export function readFailure(
  error: unknown,
  isCancelled: boolean,
  { logger, translate }: HandlerEnvironment,
): StatusError {
  const refusal = error instanceof StatusError ? error : translate(error);
  if (refusal !== undefined) {
    if (refusal.fault === 'dialplane' && !refusal.isTold)
      logger.warn({ reason: refusal.reason, err: error }, 'call failed');
    return refusal;
  }
  if (isCancelled) {
    // Nobody reads this one; the work was given up because nobody waits.
    return new StatusError({
      code: 'CANCELLED',
      reason: 'CANCELLED',
      message: 'The call was cancelled.',
      fault: 'caller',
      retryable: true,
      hint: 'Ask again with a longer deadline.',
      cause: error,
    });
  }
  logger.error({ err: error }, 'call failed in a way that nobody foresaw');
  return new StatusError({
    code: 'INTERNAL',
    reason: 'INTERNAL',
    message: 'Dialplane failed to answer this call.',
    fault: 'dialplane',
    retryable: false,
    hint: "Operators: the cause is in the server's log.",
    cause: error,
  });
}

/** The refusal of a call whose deadline has passed before it arrived; undefined for any other. */
export function deadlinePassed(deadline: Date | number): StatusError | undefined {
  if (deadline === Infinity || !(Number(deadline) <= Date.now())) return undefined;
  return new StatusError({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_PASSED',
    message: 'The deadline had passed before the call arrived; nothing was done.',
    fault: 'caller',
    retryable: true,
    hint: 'Ask again with a later deadline.',
  });
}
