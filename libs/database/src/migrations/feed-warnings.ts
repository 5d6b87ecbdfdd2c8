import type { Client } from 'pg';

/** The tables that the change feed tells of, each with what tells its rows apart. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  users: ['id'],
  tenants: ['id'],
  voice_agents: ['id'],
  voice_agent_livekit: ['id'],
  voice_agent_numbers: ['id'],
  deployments: ['origin'],
  trunks: ['deployment_origin', 'sip_trunk_id'],
  do_not_call: [],
};

/** What of the database does not go with the change feed, or only with care; one sentence each, none when all is well. */
export async function feedWarnings(owner: Client, schema: string): Promise<string[]> {
  const ask = async (sql: string, ...values: unknown[]): Promise<string[]> =>
    (await owner.query<{ told: string }>(sql, [schema, ...values])).rows.map(({ told }) => told);
  const tables = Object.keys(KEYS);
  const deferrable = await ask(
    `SELECT format('%s of table %s', f.conname, c.relname) AS told
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE f.contype = 'f' AND f.condeferrable AND f.conparentid = 0 AND n.nspname = $1 AND c.relname = ANY ($2) ORDER BY 1`,
    tables,
  );
  const partitioned = await ask(
    `SELECT c.relname AS told FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'p' AND n.nspname = $1 AND c.relname = ANY ($2) ORDER BY 1`,
    tables,
  );
  const keyless = await ask(
    `SELECT c.relname AS told
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN jsonb_each($2::jsonb) keys ON keys.key = c.relname AND keys.value <> '[]'
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT EXISTS (
       SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND keys.value @> (
         SELECT jsonb_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
       )
     ) ORDER BY 1`,
    JSON.stringify(KEYS),
  );
  const [prepared = '0'] = await ask(
    `SELECT current_setting('max_prepared_transactions') AS told WHERE $1::text <> ''`,
  );
  return [
    ...deferrable.map(
      (which) =>
        `Foreign key ${which} is deferrable: a transaction that defers it can deadlock at its commit with another that changes routing, and has to be tried again.`,
    ),
    ...partitioned.map(
      (table) =>
        `Table ${table} is partitioned: write to the table itself, since what is written to a partition reaches the routers only within an hour.`,
    ),
    ...keyless.map(
      (table) =>
        `Table ${table} has no unique key on ${KEYS[table]?.join(', ')}: of rows that are there twice, any one counts.`,
    ),
    ...(prepared === '0'
      ? []
      : [
          'max_prepared_transactions is above 0: PREPARE TRANSACTION fails in transactions that change routing; commit those in one phase.',
        ]),
  ];
}
