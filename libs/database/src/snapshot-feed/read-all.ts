import type { Snapshot, TableName } from '@dialplane/routing';

import type { FeedConnection } from './feed-connection.ts';
import type { Pause } from './slices.ts';
import { charactersIn, TABLE_NAMES } from './table-sources.ts';
import type { TableSource, TableSources } from './table-sources.ts';

/** Rows that are asked for at once: enough that the next ones are there when these are staged. */
export const ROWS_A_BATCH = 2_000;

/** Reads every row of the transaction's state into a new snapshot. */
export async function readAll(
  connection: FeedConnection,
  sources: TableSources,
  empty: Snapshot,
  snapshotVersion: string,
  pause: Pause,
): Promise<Snapshot> {
  const staging = empty.stage();
  const [[numbers] = []] = await connection.rows(
    `SELECT count(*) FROM (${sources.voice_agent_numbers.all}) numbers`,
    [],
  );
  staging.expectNumbers(Number(numbers));
  for (const table of TABLE_NAMES) {
    await readTable(connection, sources, table, pause, (row) => staging.put(table, row));
  }
  return staging.commit(snapshotVersion);
}

/** Hands over every row of a table. */
export async function readTable<Table extends TableName>(
  connection: FeedConnection,
  sources: TableSources,
  table: Table,
  pause: Pause,
  take: (row: ReturnType<TableSource<Table>['toRow']>) => void,
): Promise<void> {
  const source = sources[table] as unknown as TableSource<Table>;
  const sql = `${source.all} ${source.groupBy ?? ''}`;
  for await (const batch of connection.batches(sql, [], ROWS_A_BATCH)) {
    for (const values of batch) {
      take(source.toRow(values));
      const rest = pause(charactersIn(values));
      if (rest !== undefined) await rest;
    }
  }
}
