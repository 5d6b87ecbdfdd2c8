import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { TestDatabase } from '@dialplane/database/testing';
import type pg from 'pg';

import { runSql, withSession } from './fixtures.ts';

/** Who commits in another order than they change, and now and then rolls back. */
export async function writeInDisorder(
  { ownerUrl, schema }: TestDatabase,
  { writers, transactions, signal }: { writers: number; transactions: number; signal?: AbortSignal },
): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, (_, writer) =>
      withSession(ownerUrl, async (client) => {
        await client.query(`SET search_path = ${schema}`);
        for (let n = 0; n < transactions && signal?.aborted !== true; n++) {
          await writeOnce(client, writer, n);
        }
      }),
    ),
  );
}

/** Every kind of change, in transactions of several statements that stay open for a moment. */
async function writeOnce(client: pg.Client, writer: number, n: number): Promise<void> {
  const number = `2${String(writer).padStart(3, '0')}${String(n % 10).padStart(4, '0')}`;
  const own = `base_number LIKE '2${String(writer).padStart(3, '0')}%'`;
  const tenant = `${'1'.repeat(8)}-1111-4111-8111-${String(writer).padStart(12, '0')}`;
  await client.query(`BEGIN ISOLATION LEVEL ${n % 2 === 0 ? 'READ COMMITTED' : 'REPEATABLE READ'}`);
  await client.query(
    `INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code, rules) VALUES ($1, $2, '1', $3)`,
    [tenant, number, JSON.stringify({ note: n })],
  );
  if ((writer + n) % 3 === 0) await sleep((writer * 7 + n) % 6);
  if (n % 4 === 1) await client.query(`UPDATE voice_agent_numbers SET rules = '{"note": "all"}' WHERE ${own}`);
  if (n % 5 === 2) await client.query(`DELETE FROM voice_agent_numbers WHERE base_number = $1`, [number]);
  if (n % 7 === 3) await client.query(`INSERT INTO users (tenant_id) VALUES ($1)`, [tenant]);
  if (n % 6 === 4) {
    await client.query(`INSERT INTO do_not_call VALUES ($1, $2) ON CONFLICT DO NOTHING`, [tenant, `+1${number}`]);
  }
  if (n % 6 === 5) await client.query(`DELETE FROM do_not_call WHERE tenant_id = $1`, [tenant]);
  if (n % 11 === 6) await client.query(`SAVEPOINT s; DELETE FROM users WHERE tenant_id = '${tenant}'; ROLLBACK TO s`);
  await client.query(n % 9 === 8 ? 'ROLLBACK' : 'COMMIT');
}

/** Ends every connection of the router's again and again, until the signal. Returns how many it ended. */
export async function endListeners(
  { superuserUrl }: TestDatabase,
  everyMs: number,
  signal: AbortSignal,
): Promise<number> {
  let ended = 0;
  const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'dialplane_router'`;
  await withSession(superuserUrl, async (client) => {
    while (!signal.aborted) {
      ended += (await client.query(sql)).rowCount ?? 0;
      await sleep(everyMs);
    }
  });
  return ended;
}

/** So many numbers of one tenant. */
export async function addNumbers({ ownerUrl, schema }: TestDatabase, count: number): Promise<void> {
  await runSql(
    ownerUrl,
    `INSERT INTO ${schema}.voice_agent_numbers (tenant_id, base_number, country_code)
    SELECT '${randomUUID()}'::uuid, (3000000 + n)::text, '1' FROM generate_series(1, ${count}) n`,
  );
}
