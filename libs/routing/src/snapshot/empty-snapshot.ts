import { PackedSnapshot } from './packed-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { forkTables } from './snapshot-tables.ts';

/** A snapshot without rows, of version `none.0`, to stage the first ones from. */
export function emptySnapshot(): Snapshot {
  return new PackedSnapshot('none.0', forkTables());
}
