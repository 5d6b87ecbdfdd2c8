import { emptySnapshot } from '@dialplane/routing';

import { checkSchemaName } from '../migrations/schema-name.ts';
import { endpointOf } from '../translate-error.ts';
import { createAlarm } from './alarm.ts';
import { openFeedConnection } from './feed-connection.ts';
import type { FeedConnection } from './feed-connection.ts';
import { firstSnapshot } from './first-snapshot.ts';
import { followDatabase } from './follow-database.ts';
import { keepSnapshotFile } from './keep-snapshot-file.ts';
import { createLatestSnapshot } from './latest-snapshot.ts';
import { reachVersion } from './reach-version.ts';
import type { Followed } from './refresh.ts';
import { DIGEST_EVERY_MS, POLL_MS, PRUNE_EVERY_MS, WRITE_FILE_EVERY_MS } from './snapshot-feed.ts';
import type { SnapshotFeed, SnapshotFeedOptions } from './snapshot-feed.ts';
import { startUpkeep } from './start-upkeep.ts';
import { tableSources } from './table-sources.ts';

/**
 * Loads the configuration and keeps it fresh. With the database out of reach it starts from the snapshot file;
 * throws DatabaseUnavailableError when there is none to start from, and SchemaNotMigratedError and
 * UnsafeRoleError as `openDatabase` does.
 */
export async function startSnapshotFeed({
  url,
  schema,
  file,
  server,
  pollMs = POLL_MS,
  listens = true,
  digestEveryMs = DIGEST_EVERY_MS,
  pruneEveryMs = PRUNE_EVERY_MS,
  writeFileEveryMs = WRITE_FILE_EVERY_MS,
  onEvent: emit = () => {},
}: SnapshotFeedOptions): Promise<SnapshotFeed> {
  checkSchemaName(schema);
  const { host, port, database } = endpointOf(url);
  const origin = { server: server ?? `${host.toLowerCase()}:${port}`, database, schema };
  const followed: Followed = { schema, sources: tableSources(schema), empty: emptySnapshot() };
  const alarm = createAlarm();
  const stopping = new AbortController();
  let isNew = (_version: number): boolean => true;
  const onNotice = (version: number): void => {
    if (isNew(version)) alarm.ring();
  };
  const connect = (): Promise<FeedConnection> =>
    openFeedConnection({ url, schema, listens, onNotice, onLost: alarm.ring });

  const first = await firstSnapshot({ connect, followed, file, origin, emit });
  const latest = createLatestSnapshot(first.snapshot, first.confirmedAt, first.mark);
  // A lower one, too: a database that has gone back tells of those.
  isNew = (version) => version !== latest.version().version;
  const { current, confirmedAt, wakeAll } = latest;

  const { signal } = stopping;
  const upkeep = startUpkeep({
    followed,
    connect: () => openFeedConnection({ url, schema, listens: false }),
    askNow: alarm.ring,
    emit,
    stopping: signal,
    digestEveryMs,
    pruneEveryMs,
  });
  const following = followDatabase(
    { followed, latest, alarm, pollMs, emit, connect, stopping: signal, ...upkeep },
    first.connection,
  );
  const writeFileAndStop =
    file === undefined ? undefined : keepSnapshotFile({ file, origin, latest, everyMs: writeFileEveryMs, emit });
  return {
    current,
    ageMs: () => performance.now() - confirmedAt(),
    reached: (wanted, given) => reachVersion(latest, wanted, () => given.aborted || signal.aborted, given, alarm.ring),
    startedFrom: first.connection === undefined ? 'file' : 'database',
    stop: async () => {
      stopping.abort();
      alarm.ring();
      wakeAll();
      await Promise.all([following, upkeep.stopped, writeFileAndStop?.()]);
    },
  };
}
