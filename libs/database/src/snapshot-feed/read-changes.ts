import type { Snapshot, Staging, TableName } from '@dialplane/routing';

import type { FeedConnection } from './feed-connection.ts';
import { readTable } from './read-all.ts';
import type { Pause } from './slices.ts';
import { charactersIn, TABLE_NAMES } from './table-sources.ts';
import type { TableSource, TableSources, Values } from './table-sources.ts';

/** Keys that are looked up at once: what is staged from them stays below a slice or two. */
export const KEYS_A_BATCH = 1_000;
/** A table of which more than this share has changed is read as a whole: that is cheaper than row by row. */
const MOST_OF_A_TABLE = 0.25;
/** Below this many rows row by row is always cheap enough. */
const FEW_ROWS = 20_000;

/** The keys of rows that changed; `all`: the table has to be read anew. */
export type Changes = ReadonlyMap<TableName, ReadonlySet<string> | 'all'>;

/** Which rows were changed after a version. */
export async function readChangedKeys(
  connection: FeedConnection,
  schema: string,
  current: Snapshot,
  since: number,
  pause: Pause,
): Promise<Changes> {
  const changes = new Map<TableName, Set<string> | 'all'>();
  const sql = `SELECT table_name, row_key FROM "${schema}".changes_since($1)`;
  for await (const batch of connection.batches(sql, [since], KEYS_A_BATCH)) {
    for (const [name, key] of batch) {
      const table = name as TableName;
      const keys = changes.get(table) ?? new Set<string>();
      if (keys === 'all') continue;
      if (key === null || key === undefined || keys.size > mostOf(current, table)) {
        changes.set(table, 'all');
      } else {
        changes.set(table, keys.add(key));
      }
      const rest = pause();
      if (rest !== undefined) await rest;
    }
  }
  return changes;
}

function mostOf(current: Snapshot, table: TableName): number {
  return Math.max(FEW_ROWS, current.counts[table] * MOST_OF_A_TABLE);
}

/** Whether reading everything anew is cheaper than reading the changed tables over the old rows. */
export function isMostOfAll(changes: Changes, current: Snapshot): boolean {
  const rowsOf = (of: readonly TableName[]): number => of.reduce((sum, table) => sum + current.counts[table], 0);
  const anew = TABLE_NAMES.filter((table) => changes.get(table) === 'all');
  return anew.length > 0 && rowsOf(anew) * 2 > rowsOf(TABLE_NAMES);
}

/** Brings the changed rows, as the transaction sees them, into a new snapshot. Returns it with how many there were. */
export async function readChanges(
  connection: FeedConnection,
  sources: TableSources,
  current: Snapshot,
  changes: Changes,
  snapshotVersion: string,
  pause: Pause,
): Promise<{ snapshot: Snapshot; rows: number }> {
  const staging = current.stage();
  let rows = 0;
  for (const table of TABLE_NAMES) {
    const keys = changes.get(table);
    if (keys === undefined) continue;
    rows +=
      keys === 'all'
        ? await replaceTable(connection, sources, current, staging, table, pause)
        : await replaceRows(connection, sources, staging, table, keys, pause);
  }
  return { snapshot: staging.commit(snapshotVersion), rows };
}

async function replaceTable<Table extends TableName>(
  connection: FeedConnection,
  sources: TableSources,
  current: Snapshot,
  staging: Staging,
  table: Table,
  pause: Pause,
): Promise<number> {
  const source = sources[table] as unknown as TableSource<Table>;
  let rows = 0;
  for (const row of current.rows(table)) {
    staging.remove(table, source.keyOf(row));
    const rest = pause();
    if (rest !== undefined) await rest;
  }
  await readTable(connection, sources, table, pause, (row) => {
    staging.put(table, row);
    rows++;
  });
  return rows;
}

async function replaceRows<Table extends TableName>(
  connection: FeedConnection,
  sources: TableSources,
  staging: Staging,
  table: Table,
  keys: ReadonlySet<string>,
  pause: Pause,
): Promise<number> {
  const source = sources[table] as unknown as TableSource<Table>;
  const sql = `${source.all} AND ${source.byKeys} ${source.groupBy ?? ''}`;
  const batches = inBatches(keys);
  const fetch = (): Promise<Batch> | undefined => {
    const { value: batch } = batches.next();
    const fetched = batch && connection.rows(sql, [batch]).then((rows) => ({ batch, rows }));
    fetched?.catch(() => {}); // It is thrown when it is its turn.
    return fetched;
  };
  // The next rows are under way while these are staged.
  for (let next = fetch(); next !== undefined;) {
    const { batch, rows } = await next;
    next = fetch();
    const missing = new Set(batch);
    for (const values of rows) {
      const row = source.toRow(values);
      staging.put(table, row);
      missing.delete(source.keyOf(row));
      const rest = pause(charactersIn(values));
      if (rest !== undefined) await rest;
    }
    for (const key of missing) {
      staging.remove(table, key);
      const rest = pause();
      if (rest !== undefined) await rest;
    }
  }
  return keys.size;
}

interface Batch {
  readonly batch: string[];
  readonly rows: Values[];
}

function* inBatches(keys: Iterable<string>): Generator<string[], undefined> {
  let batch: string[] = [];
  for (const key of keys) {
    batch.push(key);
    if (batch.length === KEYS_A_BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
  return undefined;
}
