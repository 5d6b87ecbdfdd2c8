import type { Client } from 'pg';

/** Columns of ids that decide about calls. Where they are of type uuid, PostgreSQL prints them in lower case. */
const ID_COLUMNS: readonly (readonly [table: string, column: string])[] = [
  ['users', 'id'],
  ['users', 'tenant_id'],
  ['tenants', 'id'],
  ['voice_agents', 'id'],
  ['voice_agents', 'tenant_id'],
  ['voice_agent_livekit', 'id'],
  ['voice_agent_livekit', 'tenant_id'],
  ['voice_agent_numbers', 'id'],
  ['voice_agent_numbers', 'tenant_id'],
  ['trunks', 'tenant_id'],
  ['do_not_call', 'tenant_id'],
];
const UUID = '^[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}$';

/**
 * Columns of text that hold UUIDs in capitals, one line a column with what mends it. Requests name tenants in lower
 * case, and row level security compares texts: to them such rows are not there.
 */
export async function idsInCapitals(owner: Client, schema: string): Promise<string[]> {
  const { rows: columns } = await owner.query<{ table_name: string; column_name: string }>(
    `SELECT c.relname AS table_name, a.attname AS column_name
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid
     JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid) AND b.typcategory = 'S'
     WHERE c.relkind IN ('r', 'p') AND (c.relname || ' ' || a.attname) = ANY ($2)
     ORDER BY array_position($2, c.relname || ' ' || a.attname)`,
    [schema, ID_COLUMNS.map((names) => names.join(' '))],
  );
  const lines: string[] = [];
  for (const { table_name: table, column_name: column } of columns) {
    const where = `${column} ~ '${UUID}' AND ${column} <> lower(${column})`;
    const { rows } = await owner.query<{ count: string }>(`SELECT count(*) FROM "${schema}".${table} WHERE ${where}`);
    const count = rows[0]?.count ?? '0';
    if (count === '0') continue;
    const mend = `UPDATE "${schema}".${table} SET ${column} = lower(${column}) WHERE ${where}`;
    lines.push(`Table ${table}: column ${column} holds UUIDs in capitals, in ${count} rows: ${mend}`);
  }
  return lines;
}
