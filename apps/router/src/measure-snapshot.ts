import type { SnapshotFeed } from '@dialplane/database';
import { parseSnapshotVersion } from '@dialplane/routing';
import type { Metrics } from '@dialplane/telemetry';

/** Shows what the snapshot holds and how old it is. */
export function measureSnapshot(metrics: Metrics, feed: Pick<SnapshotFeed, 'current' | 'ageMs'>): void {
  metrics.measure(
    'dialplane_snapshot_age_seconds',
    'Since the configuration was last known to be what the database has',
    () => feed.ageMs() / 1_000,
  );
  metrics.measure(
    'dialplane_snapshot_version',
    "The configuration's version within its epoch",
    () => parseSnapshotVersion(feed.current().snapshotVersion)?.version ?? 0,
  );
  metrics.measure('dialplane_snapshot_rows', 'Rows of the configuration, by table', () =>
    Object.entries(feed.current().counts).map(([table, value]) => ({ labels: { table }, value })),
  );
}
