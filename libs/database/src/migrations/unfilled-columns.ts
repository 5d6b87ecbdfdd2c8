import type { Client } from 'pg';

import { TABLES } from './first/tables.ts';

/** Columns of adopted tables that must have a value and get none from us, one sentence a table. */
export async function unfilledColumns(owner: Client, schema: string): Promise<string[]> {
  const { rows } = await owner.query<{ table_name: string; columns: string[] }>(
    `SELECT c.relname AS table_name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN jsonb_each($2::jsonb) ours ON ours.key = c.relname AND NOT ours.value ? a.attname
     WHERE c.relkind IN ('r', 'p') AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
     GROUP BY 1 ORDER BY 1`,
    [
      schema,
      JSON.stringify(
        Object.fromEntries(Object.entries(TABLES).map(([name, { columns }]) => [name, Object.keys(columns)])),
      ),
    ],
  );
  return rows.map(
    ({ table_name: table, columns }) =>
      `Table ${table} requires values in ${columns.join(', ')}, which Dialplane does not know: until the columns have defaults, it cannot add rows there.`,
  );
}
