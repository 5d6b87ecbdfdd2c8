import { setTimeout as sleep } from 'node:timers/promises';

import type { Snapshot } from '@dialplane/routing';

import { DatabaseUnavailableError } from '../database-errors.ts';
import type { Alarm } from './alarm.ts';
import type { FeedConnection } from './feed-connection.ts';
import type { LatestSnapshot } from './latest-snapshot.ts';
import { refresh } from './refresh.ts';
import type { Followed, Refreshed } from './refresh.ts';
import type { FeedEvent } from './snapshot-feed.ts';

/** The wait before the next try doubles from the first to the last, each shortened by chance. */
interface Retry {
  readonly firstMs: number;
  readonly lastMs: number;
}
/** A database that is out of reach costs little to look for. */
const WHEN_LOST: Retry = { firstMs: 100, lastMs: 2_000 };
/** After other failures everything is read anew, which most probably fails in the same way. */
const WHEN_FAILED: Retry = { firstMs: 1_000, lastMs: 60_000 };
/** Whoever asks for a version that does not come may not have the database asked more often than this. */
export const ASK_AT_MOST_EVERY_MS = 20;

export interface Following {
  readonly followed: Followed;
  readonly latest: LatestSnapshot;
  /** Rings when there may be something new. */
  readonly alarm: Alarm;
  readonly pollMs: number;
  readonly emit: (event: FeedEvent) => void;
  readonly connect: () => Promise<FeedConnection>;
  readonly stopping: AbortSignal;
  /** Why everything is to be read next time, or undefined; asked once a refresh. */
  readonly reasonToReadAll: () => string | undefined;
  /** Called while the transaction that `latest` was read in is still open. */
  readonly inTransaction: (connection: FeedConnection, snapshot: Snapshot) => Promise<void>;
}

/** Keeps `latest` what the database has, until it is stopped. It never throws. */
export async function followDatabase(following: Following, first: FeedConnection | undefined): Promise<void> {
  const { followed, latest, alarm, pollMs, emit, stopping } = following;
  let connection = first;
  let everythingFor: string | undefined;
  let lostAt = first === undefined ? performance.now() : undefined;
  let lost = first === undefined ? 1 : 0;
  let failed = 0;
  let retryInMs = first === undefined ? waitMs(WHEN_LOST, 1) : 0;
  const disconnect = (): void => {
    connection?.close();
    connection = undefined;
  };
  stopping.addEventListener('abort', disconnect, { once: true });
  while (!stopping.aborted) {
    try {
      if (retryInMs > 0) await sleep(retryInMs, undefined, { signal: stopping });
      connection ??= await following.connect();
      everythingFor ??= following.reasonToReadAll();
      const began = performance.now();
      take(following, await refresh(connection, followed, latest.marked(), everythingFor), began);
      await following.inTransaction(connection, latest.current());
      await connection.commit();
      everythingFor = undefined;
      lost = failed = retryInMs = 0;
      const { snapshotVersion } = latest.current();
      if (lostAt !== undefined) emit({ kind: 'database_back', snapshotVersion, lostForMs: performance.now() - lostAt });
      lostAt = undefined;
      const untilNext = ASK_AT_MOST_EVERY_MS - (performance.now() - began);
      await sleep(Math.max(0, untilNext), undefined, { signal: stopping });
      await alarm.sleep(pollMs);
    } catch (error) {
      disconnect();
      if (stopping.aborted) break;
      if (error instanceof DatabaseUnavailableError) {
        if (lostAt === undefined) emit({ kind: 'database_lost', error });
        lostAt ??= performance.now();
        retryInMs = waitMs(WHEN_LOST, ++lost);
      } else {
        everythingFor ??= 'what changed could not be read';
        retryInMs = waitMs(WHEN_FAILED, ++failed);
        emit({ kind: 'refresh_failed', error: error as Error, retryInMs });
      }
    }
  }
  disconnect();
}

function take({ latest, emit }: Following, { snapshot, mark, confirmedAt, read }: Refreshed, began: number): void {
  if (read === undefined) return latest.confirm(confirmedAt);
  latest.swap(snapshot, confirmedAt, mark);
  const { snapshotVersion } = snapshot;
  const { rows, everythingFor: why } = read;
  const ms = performance.now() - began;
  if (why === undefined) emit({ kind: 'applied', snapshotVersion, rows, ms });
  else emit({ kind: 'loaded', from: 'database', why, snapshotVersion, rows, ms });
}

function waitMs({ firstMs, lastMs }: Retry, failures: number): number {
  const most = Math.min(lastMs, firstMs * 2 ** (failures - 1));
  return most * (0.5 + Math.random() / 2);
}
