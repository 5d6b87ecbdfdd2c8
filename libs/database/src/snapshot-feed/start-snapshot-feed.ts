import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot } from '@dialplane/routing';

import { checkSchemaName } from '../migrations/schema-name.ts';
import { createAlarm } from './alarm.ts';
import { openFeedConnection } from './feed-connection.ts';
import type { FeedConnection } from './feed-connection.ts';
import { followDatabase } from './follow-database.ts';
import { createLatestSnapshot } from './latest-snapshot.ts';
import type { LatestSnapshot } from './latest-snapshot.ts';
import { reachVersion } from './reach-version.ts';
import { refresh } from './refresh.ts';
import type { Followed } from './refresh.ts';
import { POLL_MS } from './snapshot-feed.ts';
import type { SnapshotFeed, SnapshotFeedOptions } from './snapshot-feed.ts';
import { tableSources } from './table-sources.ts';

/**
 * Loads the configuration and keeps it fresh. Throws DatabaseUnavailableError when the database is out of
 * reach, SchemaNotMigratedError and UnsafeRoleError as `openDatabase` does.
 */
export async function startSnapshotFeed(
  options: SnapshotFeedOptions,
  empty: Snapshot = emptySnapshot(),
): Promise<SnapshotFeed> {
  const { url, schema, pollMs = POLL_MS, listens = true, onEvent: emit = () => {} } = options;
  checkSchemaName(schema);
  const followed: Followed = { schema, sources: tableSources(schema), empty };
  const alarm = createAlarm();
  const stopping = new AbortController();
  let latest: LatestSnapshot | undefined;
  const connect = (): Promise<FeedConnection> =>
    openFeedConnection({
      url,
      schema,
      listens,
      onNotice: (version) => {
        if (latest === undefined || version > latest.version().version) alarm.ring();
      },
      onLost: alarm.ring,
    });

  const began = performance.now();
  const connection = await connect();
  try {
    const { snapshot, confirmedAt, read } = await refresh(connection, followed, undefined, undefined);
    await connection.commit();
    latest = createLatestSnapshot(snapshot, confirmedAt);
    const ms = performance.now() - began;
    const { snapshotVersion } = snapshot;
    emit({ kind: 'loaded', from: 'database', why: 'first start', snapshotVersion, rows: read?.rows ?? 0, ms });
  } catch (error) {
    connection.close();
    throw error;
  }
  const { current, confirmedAt } = latest;
  const following = followDatabase(
    {
      followed,
      latest,
      alarm,
      pollMs,
      emit,
      connect,
      stopping: stopping.signal,
      reasonToReadAll: () => undefined,
      inTransaction: async () => {},
    },
    connection,
  );
  return {
    current,
    ageMs: () => performance.now() - confirmedAt(),
    reached: (wanted, signal) =>
      reachVersion(latest, wanted, () => signal.aborted || stopping.signal.aborted, signal, alarm.ring),
    startedFrom: 'database',
    stop: async () => {
      stopping.abort();
      alarm.ring();
      latest.wakeAll();
      await following;
    },
  };
}
