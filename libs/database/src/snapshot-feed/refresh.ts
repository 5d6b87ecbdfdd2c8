import { parseSnapshotVersion } from '@dialplane/routing';
import type { Snapshot, SnapshotVersion } from '@dialplane/routing';

import type { FeedConnection, Position } from './feed-connection.ts';
import { readAll } from './read-all.ts';
import { isMostOfAll, readChangedKeys, readChanges } from './read-changes.ts';
import { slices } from './slices.ts';
import { TABLE_NAMES } from './table-sources.ts';
import type { TableSources } from './table-sources.ts';

/** What there is to know of the schema that is followed. */
export interface Followed {
  readonly schema: string;
  readonly sources: TableSources;
  /** A snapshot without rows. */
  readonly empty: Snapshot;
}

/** A snapshot, and the mark of the version that it was read at; empty when that is not known. */
export interface Marked {
  readonly snapshot: Snapshot;
  readonly mark: string;
}

export interface Refreshed extends Marked {
  /** The snapshot that was given when it is the database's state still. */
  readonly snapshot: Snapshot;
  /** A moment, on the clock of performance.now(), at which that was the database's state. */
  readonly confirmedAt: number;
  /** Undefined: nothing had changed. */
  readonly read: { readonly rows: number; readonly everythingFor: string | undefined } | undefined;
}

/**
 * Brings a snapshot to the state of the database: version and rows are of one transaction, which is left open.
 * `everythingFor`: why all is to be read whatever the version.
 */
export async function refresh(
  connection: FeedConnection,
  followed: Followed,
  known: Marked | undefined,
  everythingFor: string | undefined,
): Promise<Refreshed> {
  const current = known?.snapshot;
  const ours = current === undefined ? undefined : parseSnapshotVersion(current.snapshotVersion);
  const confirmedAt = performance.now();
  const position = await connection.begin(ours?.version);
  const { mark } = position;
  const why = everythingFor ?? reasonToReadAll(ours, known?.mark, position);
  const snapshotVersion = `${position.epoch}.${position.version}`;
  if (why === undefined && current?.snapshotVersion === snapshotVersion) {
    return { snapshot: current, mark, confirmedAt, read: undefined };
  }
  const pause = slices();
  const all = async (everythingFor: string): Promise<Refreshed> => {
    const snapshot = await readAll(connection, followed.sources, followed.empty, snapshotVersion, pause);
    return { snapshot, mark, confirmedAt, read: { rows: rowsIn(snapshot), everythingFor } };
  };
  if (why !== undefined || current === undefined) return all(why ?? 'first start');
  const changes = await readChangedKeys(connection, followed.schema, current, ours?.version ?? 0, pause);
  if (isMostOfAll(changes, current)) return all('most rows changed');
  const { snapshot, rows } = await readChanges(connection, followed.sources, current, changes, snapshotVersion, pause);
  return { snapshot, mark, confirmedAt, read: { rows, everythingFor: undefined } };
}

function reasonToReadAll(
  ours: SnapshotVersion | undefined,
  mark: string | undefined,
  position: Position,
): string | undefined {
  if (ours === undefined) return 'first start';
  if (ours.epoch !== position.epoch) return 'another epoch';
  if (ours.version < position.prunedVersion) return 'the changes since are forgotten';
  // Commits that had not reached the disk, lost in a crash.
  if (ours.version > position.version) return 'the database has gone back';
  // And their numbers were given out again since. The mark of a version that was forgotten is, too.
  if (ours.version > position.prunedVersion && position.markOfKnown !== mark) return 'the database has gone back';
  return undefined;
}

export function rowsIn(snapshot: Snapshot): number {
  return TABLE_NAMES.reduce((sum, table) => sum + snapshot.counts[table], 0);
}
