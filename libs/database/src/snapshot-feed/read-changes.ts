import type { Snapshot, Staging, TableName } from '@dialplane/routing';

import type { FeedConnection } from './feed-connection.ts';
import { KeptKeys } from './kept-keys.ts';
import { readTable } from './read-all.ts';
import type { Pause } from './slices.ts';
import { charactersIn, TABLE_NAMES, toSnapshotKey } from './table-sources.ts';
import type { TableSource, TableSources, Values } from './table-sources.ts';

/** Keys that are looked up at once: what is staged from them stays below a slice, and few rows wait meanwhile. */
export const KEYS_A_BATCH = 250;
/** A table of which more than this share has changed is read as a whole: that is cheaper than row by row. */
const MOST_OF_A_TABLE = 0.25;
/** Below this many rows row by row is always cheap enough. */
const FEW_ROWS = 20_000;

/** The keys of rows that changed, each once; `all`: the table has to be read anew. */
export type Changes = ReadonlyMap<TableName, KeptKeys | 'all'>;

/** Which rows were changed after a version. */
export async function readChangedKeys(
  connection: FeedConnection,
  schema: string,
  current: Snapshot,
  since: number,
  pause: Pause,
): Promise<Changes> {
  const changes = new Map<TableName, KeptKeys | 'all'>();
  const sql = `SELECT table_name, row_key FROM "${schema}".changes_since($1)`;
  for await (const batch of connection.batches(sql, [since], KEYS_A_BATCH)) {
    for (const [name, key] of batch) {
      const table = name as TableName;
      const keys = changes.get(table) ?? new KeptKeys(KEYS_A_BATCH);
      if (keys === 'all') continue;
      if (key === null || key === undefined || keys.count > mostOf(current, table)) {
        changes.set(table, 'all');
        continue;
      }
      keys.add(key);
      changes.set(table, keys);
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
  keys: KeptKeys,
  pause: Pause,
): Promise<number> {
  const source = sources[table] as unknown as TableSource<Table>;
  const sql = `${source.all} AND ${source.byKeys} ${source.groupBy ?? ''}`;
  const batches = keys.batches()[Symbol.iterator]();
  // Ids in capitals come last: only then is it clear that nothing is left of a row that was written in both ways.
  const capitals: string[] = [];
  const nextKeys = (): Keys | undefined => {
    const { value: batch } = batches.next() as IteratorResult<readonly string[], undefined>;
    if (batch !== undefined) {
      const missing = new Set<string>();
      for (const key of batch) if (toSnapshotKey(table, key) === key) missing.add(key);
      if (missing.size < batch.length) capitals.push(...batch.filter((key) => !missing.has(key)));
      return { asked: [...missing], missing };
    }
    const inCapitals = capitals.splice(0, KEYS_A_BATCH);
    const missing = new Set(inCapitals.map((key) => toSnapshotKey(table, key)));
    return inCapitals.length === 0 ? undefined : { asked: [...inCapitals, ...missing], missing };
  };
  const fetch = (): Promise<Batch> | undefined => {
    const next = nextKeys();
    if (next === undefined) return undefined;
    const { asked, missing } = next;
    const fetched = connection.rows(sql, [asked]).then((rows) => ({ missing, rows }));
    fetched.catch(() => {}); // It is thrown when it is its turn.
    return fetched;
  };
  // The next rows are under way while these are staged.
  for (let next = fetch(); next !== undefined;) {
    const { missing, rows } = await next;
    next = fetch();
    for (const values of rows) {
      const row = source.toRow(values);
      staging.put(table, row);
      missing.delete(source.keyOf(row));
      const rest = pause(charactersIn(values));
      if (rest !== undefined) await rest;
    }
    // An old promise may still hold the list, and would keep its rows until all memory is looked through.
    rows.length = 0;
    for (const key of missing) {
      staging.remove(table, key);
      const rest = pause();
      if (rest !== undefined) await rest;
    }
  }
  return keys.count;
}

interface Keys {
  /** As they are stored. */
  readonly asked: string[];
  /** As the snapshot has them; those of the rows that are there are taken out. */
  readonly missing: Set<string>;
}

interface Batch extends Pick<Keys, 'missing'> {
  readonly rows: Values[];
}
