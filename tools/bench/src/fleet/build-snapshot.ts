import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot, Staging, TableName } from '@dialplane/routing';

import { FLEET_ROWS } from './fleet-rows.ts';

/** A version as a database would give it. */
const VERSION = '0123456789ab';

/** The snapshot of a fleet of so many numbers, as the router would have it after reading it from the database. */
export function buildSnapshot(numbers: number): Snapshot {
  const staging = emptySnapshot().stage();
  for (const table of Object.keys(FLEET_ROWS) as TableName[]) putAll(staging, table, numbers);
  return staging.commit(`${VERSION}.1`);
}

function putAll<Table extends TableName>(staging: Staging, table: Table, numbers: number): void {
  const rows = FLEET_ROWS[table](numbers);
  for (const row of rows) staging.put(table, row);
}
