import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import pg from 'pg';

/** Ids of a made-up case: a digit repeated, so that a failing test reads well. */
export const id = (digit: string, kind = '0'): string =>
  `${kind}${digit.repeat(7)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`;

export const TENANT = id('1', '1');
export const USER = id('1', 'a');
export const CONFIG = id('1', 'c');
export const NUMBER = '+12125550123';

export interface Case extends TestDatabase {
  /** Runs SQL as the superuser: what anybody's own tools may do. `$schema` stands for the schema. */
  sql(text: string, values?: unknown[]): Promise<void>;
  /** The configuration's version now, `<epoch>.<version>`. */
  version(): Promise<string>;
}

/** Five tenants with one base number; the first is routed, the others each have something wrong with them. */
export async function createCase(): Promise<Case> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  const sql = async (text: string, values: unknown[] = []): Promise<void> => {
    await client.query(text.replaceAll('$schema', database.schema), values);
  };

  for (const digit of ['1', '2', '3', '4', '5']) {
    await sql('INSERT INTO $schema.users (id, tenant_id) VALUES ($1, $2)', [id(digit, 'a'), id(digit, digit)]);
    await sql(
      'INSERT INTO $schema.voice_agent_numbers (tenant_id, base_number, country_code, provider, rules, is_active) VALUES ($1, $2, $3, $4, $5, $6)',
      [id(digit, digit), '2125550123', '1', `carrier ${digit}`, RULES[digit] ?? null, digit !== '5'],
    );
  }
  await sql(
    `INSERT INTO $schema.voice_agent_livekit (id, tenant_id, name, url, api_key, trunk_id, worker_name)
     VALUES ($1, $2, 'uae', 'http://livekit.example.com:7880', 'key', 'ST_uae', 'agent-uae')`,
    [CONFIG, TENANT],
  );
  return {
    ...database,
    sql,
    version: async () => {
      const text = `SELECT concat(epoch, '.', version) AS now FROM ${database.schema}.feed_position()`;
      return (await client.query<{ now: string }>(text)).rows[0]?.now ?? '';
    },
    drop: async () => {
      await client.end();
      await database.drop();
    },
  };
}

const RULES: Readonly<Record<string, string>> = {
  1: JSON.stringify({ livekit_config: CONFIG, theirs: 'kept' }),
  // 2 has no rules.
  3: JSON.stringify({ livekit_config: CONFIG }),
  4: JSON.stringify([CONFIG]),
  5: JSON.stringify({ livekit_config: CONFIG }),
};
