import { setTimeout as sleep } from 'node:timers/promises';

import type { Snapshot } from '@dialplane/routing';

import { compareWithDatabase } from './compare-with-database.ts';
import type { FeedConnection } from './feed-connection.ts';
import type { Followed } from './refresh.ts';
import { slices } from './slices.ts';
import { KEEP_CHANGES_FOR } from './snapshot-feed.ts';
import type { FeedEvent } from './snapshot-feed.ts';

/** The database deletes what it forgets, which may be much the first time. */
const PRUNE_WITHIN_MS = 600_000;
/** Routers that were started together do not do it together. */
const SPREAD = 0.2;

/** What is done now and then, on connections of its own, beside following the database. */
export interface Upkeep {
  /** Hands a waiting comparison the state of the database that `snapshot` was read in. */
  inTransaction(connection: FeedConnection, snapshot: Snapshot): Promise<void>;
  /** Why everything is to be read anew, once. */
  reasonToReadAll(): string | undefined;
  /** Resolves when nothing is under way any more. */
  readonly stopped: Promise<void>;
}

export function startUpkeep({
  followed,
  connect,
  askNow,
  emit,
  stopping,
  digestEveryMs,
  pruneEveryMs,
}: {
  followed: Followed;
  connect: () => Promise<FeedConnection>;
  /** Has the database asked for its version now. */
  askNow: () => void;
  emit: (event: FeedEvent) => void;
  stopping: AbortSignal;
  digestEveryMs: number;
  pruneEveryMs: number;
}): Upkeep {
  let waiting:
    { connection: FeedConnection; start: (snapshot: Snapshot) => void; fail: (error: Error) => void } | undefined;
  let reason: string | undefined;
  let alreadyReadFor = '';

  const withConnection = async (work: (connection: FeedConnection) => Promise<void>): Promise<void> => {
    const connection = await connect();
    const close = (): void => connection.close();
    // Nobody would hand a comparison the database's state any more.
    if (stopping.aborted) return close();
    stopping.addEventListener('abort', close, { once: true });
    await work(connection).finally(() => {
      stopping.removeEventListener('abort', close);
      close();
    });
  };
  const compare = (): Promise<void> =>
    withConnection(async (connection) => {
      const began = performance.now();
      const { promise, resolve: start, reject: fail } = Promise.withResolvers<Snapshot>();
      waiting = { connection, start, fail };
      const giveUp = (): void => fail(new Error('The feed was stopped.'));
      stopping.addEventListener('abort', giveUp, { once: true });
      askNow();
      const snapshot = await promise.finally(() => stopping.removeEventListener('abort', giveUp));
      const differences = await compareWithDatabase(connection, followed.sources, snapshot, slices());
      const { snapshotVersion } = snapshot;
      if (differences.length === 0) {
        emit({ kind: 'digest_matched', snapshotVersion, ms: performance.now() - began });
        return;
      }
      // Rows that a snapshot cannot hold as they are, such as two with one key, differ after reading them anew, too.
      const seen = JSON.stringify(differences);
      if (seen === alreadyReadFor) return;
      alreadyReadFor = seen;
      reason = 'rows differed from the database';
      emit({ kind: 'digest_mismatch', snapshotVersion, tables: differences.map(({ table }) => table) });
      askNow();
    });
  const prune = (): Promise<void> =>
    withConnection(async (connection) => {
      const sql = `SELECT "${followed.schema}".prune_changes($1)`;
      const [row] = await connection.rows(sql, [KEEP_CHANGES_FOR], PRUNE_WITHIN_MS);
      emit({ kind: 'pruned', version: Number(row?.[0]) });
    });
  const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
    while (ms !== Infinity && !stopping.aborted) {
      try {
        await sleep(ms * (1 - SPREAD / 2 + SPREAD * Math.random()), undefined, { signal: stopping });
        await work();
      } catch (error) {
        if (!stopping.aborted) emit({ kind: 'upkeep_failed', error: error as Error });
      }
    }
  };
  return {
    inTransaction: async (connection, snapshot) => {
      const comparison = waiting;
      waiting = undefined;
      if (comparison === undefined) return;
      try {
        const [row] = await connection.rows('SELECT pg_export_snapshot()');
        await comparison.connection.beginAt(row?.[0] ?? '');
        comparison.start(snapshot);
      } catch (error) {
        comparison.fail(error as Error); // It is the comparison's: following has what it wanted.
      }
    },
    reasonToReadAll: () => {
      const why = reason;
      reason = undefined;
      return why;
    },
    stopped: Promise.all([every(digestEveryMs, compare), every(pruneEveryMs, prune)]).then(() => {}),
  };
}
