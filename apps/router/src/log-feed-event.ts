import type { FeedEvent } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';

type Level = 'debug' | 'info' | 'warn' | 'error';

const LINES: Readonly<Record<FeedEvent['kind'], readonly [level: Level, line: string]>> = {
  loaded: ['info', 'the configuration was read'],
  applied: ['debug', 'changes of the configuration were read'],
  database_lost: ['warn', 'the database is out of reach: routing goes on from the last configuration'],
  refresh_failed: ['error', 'changes could not be read: routing goes on from the last configuration'],
  database_back: ['info', 'the database is back'],
  digest_matched: ['debug', 'the configuration is the same as the database has'],
  digest_mismatch: ['error', 'rows had changed without a word of it, and were read anew: check the triggers'],
  pruned: ['debug', 'old changes were forgotten'],
  upkeep_failed: ['warn', 'comparing or forgetting failed, and is tried again later'],
  file_written: ['debug', 'the snapshot file was written'],
  file_failed: ['warn', 'the snapshot file cannot be written: a start without the database would have none'],
  file_refused: ['warn', 'the snapshot file cannot be started from'],
};

/** Writes down what the feed tells of itself. */
export function logFeedEvent(logger: Logger, event: FeedEvent): void {
  const { kind, ...facts } = event;
  const [level, line] = LINES[kind];
  const { error, ...others } = facts as { readonly error?: Error };
  logger[level]({ event: kind, ...others, ...(error === undefined ? {} : { err: error }) }, line);
}
