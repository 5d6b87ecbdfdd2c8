import { DatabaseUnavailableError } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';

import type { Pace } from './pace.ts';

/** The pause before the database is tried again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Does it, and does it again while the database is away, until the call is lost. */
export async function persistently<T>(
  work: () => Promise<T>,
  sleep: Pace['sleep'],
  lost: AbortSignal,
  logger: Pick<Logger, 'warn'>,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      lost.throwIfAborted();
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      logger.warn({ err: error }, 'the database does not answer for a call that is carried out');
    }
    await sleep(pause);
  }
}
