import type { AttemptMove, Call, CallRepository } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';

/** The pause before the database is tried again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export interface RecordMoveParts {
  readonly calls: CallRepository;
  readonly logger: Logger;
}

/**
 * Writes down what has become of an attempt. What is known must not be lost to a database that is away for a
 * while: it is tried until the process stops. False: the attempt is not ours to move.
 */
export async function recordMove(
  parts: RecordMoveParts,
  call: Call,
  attempt: number,
  move: AttemptMove,
  stopping: AbortSignal,
): Promise<boolean> {
  const { calls, logger } = parts;
  for (
    let pause = FIRST_PAUSE_MS, isRepeated = false;
    ;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS), isRepeated = true
  ) {
    try {
      if (await calls.moveAttempt(call.tenantId, call.id, attempt, move)) return true;
      // An earlier try may have been committed although its answer was lost.
      if (!isRepeated) return false;
      const stored = await calls.get(call.tenantId, call.id);
      return stored?.attempts.find(({ number }) => number === attempt)?.state === move.to;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || stopping.aborted) throw error;
      logger.warn({ err: error, callLogId: call.id, to: move.to }, 'the state of a call could not be written yet');
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
