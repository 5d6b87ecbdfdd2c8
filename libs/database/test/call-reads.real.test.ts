import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCallRepository } from '@dialplane/database';
import type { Database } from '@dialplane/database';

import { accepted, aCallsCase, MOVES, rewriting, TENANT } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

const CALLS = 300;

let calling: CallsCase;
// Each begins with an empty table, of which PostgreSQL has no figures.
beforeEach(async () => {
  calling = await aCallsCase();
});
afterEach(() => calling.close());

/** How many rows of calls are read for the move of one, on the average, while the table grows from nothing. */
async function readsPerMove(db: Database): Promise<number> {
  const calls = createCallRepository(db, { holder: 'one', leaseMs: 60_000 });
  const before = await rowsRead(db);
  for (let n = 0; n < CALLS; n++) {
    const lease = await accepted(calls);
    if (!(await calls.move(lease, 1, MOVES.room_ready))) throw new Error('The attempt did not move.');
  }
  return ((await rowsRead(db)) - before) / CALLS;
}

async function rowsRead(db: Database): Promise<number> {
  // The same connection as before, which counts by itself until it is told to tell.
  await db.query(TENANT, 'SELECT pg_stat_force_next_flush()', []);
  const [row] = await runSql<{ read: string }>(
    calling.database.ownerUrl,
    `SELECT (SELECT sum(idx_tup_read) FROM pg_stat_all_indexes i WHERE i.relid = t.relid) + t.seq_tup_read AS read
     FROM pg_stat_all_tables t WHERE t.schemaname = '${calling.database.schema}' AND t.relname = 'voice_call_logs'`,
  );
  return Number(row?.read);
}

test('the move of a call reads that call alone, however many its tenant has', async () => {
  expect(await readsPerMove(calling.dbs[0])).toBeLessThan(10);
});

test("sabotaged: by an index of the tenant's, it reads them all", async () => {
  const byTenant = rewriting(calling.dbs[0], (sql) =>
    sql.replaceAll('c.tenant_id IS NOT DISTINCT FROM', 'c.tenant_id ='),
  );
  expect(await readsPerMove(byTenant)).toBeGreaterThan(50);
});
