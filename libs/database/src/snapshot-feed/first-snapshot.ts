import type { Snapshot } from '@dialplane/routing';

import { DatabaseUnavailableError } from '../database-errors.ts';
import type { FeedConnection } from './feed-connection.ts';
import { refresh, rowsIn } from './refresh.ts';
import type { Followed, Marked } from './refresh.ts';
import type { FeedEvent } from './snapshot-feed.ts';
import { readSnapshotFile } from './snapshot-file.ts';
import type { Origin } from './snapshot-file.ts';

export interface FirstSnapshot extends Marked {
  /** On the clock of performance.now(); before its start, if need be. */
  readonly confirmedAt: number;
  /** Which it was read by; undefined: it comes from the file. */
  readonly connection: FeedConnection | undefined;
}

/**
 * The snapshot to start from: the database's, or else the file's. Throws what the database says, and of the file
 * why it cannot be started from.
 */
export async function firstSnapshot({
  connect,
  followed,
  file,
  origin,
  emit,
}: {
  connect: () => Promise<FeedConnection>;
  followed: Followed;
  file: string | undefined;
  origin: Origin;
  emit: (event: FeedEvent) => void;
}): Promise<FirstSnapshot> {
  const began = performance.now();
  let connection: FeedConnection | undefined;
  try {
    connection = await connect();
    const { snapshot, mark, confirmedAt } = await refresh(connection, followed, undefined, undefined);
    await connection.commit();
    emit(loaded('database', 'first start', snapshot, began));
    return { snapshot, mark, confirmedAt, connection };
  } catch (error) {
    connection?.close();
    if (!(error instanceof DatabaseUnavailableError) || file === undefined) throw error;
    emit({ kind: 'database_lost', error });
    const kept = await readSnapshotFile(file, origin).catch((reason: unknown) => {
      const problem = (reason as Error).message;
      emit({ kind: 'file_refused', problem });
      throw new DatabaseUnavailableError(
        `${error.message} The snapshot file ${file} cannot be started from either: ${problem}.`,
        { cause: error },
      );
    });
    emit(loaded('file', error.message, kept.snapshot, began));
    // A clock that was set back must not make it young.
    const ageMs = Math.max(0, Date.now() - kept.confirmedAt.getTime());
    return { snapshot: kept.snapshot, mark: kept.mark, confirmedAt: performance.now() - ageMs, connection: undefined };
  }
}

function loaded(from: 'database' | 'file', why: string, snapshot: Snapshot, began: number): FeedEvent {
  const { snapshotVersion } = snapshot;
  return { kind: 'loaded', from, why, snapshotVersion, rows: rowsIn(snapshot), ms: performance.now() - began };
}
