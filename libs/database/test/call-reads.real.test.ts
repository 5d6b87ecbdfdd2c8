import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallRepository, Lease } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';
import type { Database } from '@dialplane/database';

import { accepted, aCallsCase, anAttempt, MOVES, TENANT } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

const CALLS = 300;

let calling: CallsCase;
// Each begins with an empty table, of which PostgreSQL has no figures.
beforeEach(async () => {
  calling = await aCallsCase();
});
afterEach(() => calling.close());

/** All that is written and read of one call, by its id. */
const OF_ONE_CALL = {
  move: (calls, lease) => calls.move(lease, 1, MOVES.room_ready),
  enrich: async (calls, lease) => {
    await calls.move(lease, 1, { ...MOVES.failed, sipCode: undefined });
    return calls.move(lease, 1, MOVES.failed);
  },
  note: (calls, lease) => calls.note(lease, 1, 'unpermitted_participant', 'participant'),
  requestDial: (calls, { tenantId, callId }) => calls.requestDial(tenantId, callId, 1, 'AJ_1'),
  grantPermit: (calls, { tenantId, callId }) =>
    calls.grantPermit(tenantId, callId, 1, { holder: 'AJ_1', nonce: 'nonce' }),
  startAttempt: (calls, lease) => calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 })),
  cancel: (calls, { tenantId, callId }) => calls.cancel(tenantId, callId),
  stand: (calls, lease) => calls.stand(lease),
  get: (calls, { tenantId, callId }) => calls.get(tenantId, callId),
} satisfies Readonly<Record<string, (calls: CallRepository, lease: Lease) => Promise<unknown>>>;
/** How many rows of calls are read for doing it to one, on the average, while the table grows from nothing. */
async function readsOfOne(db: Database, act: (calls: CallRepository, lease: Lease) => Promise<unknown>) {
  const calls = createCallRepository(db, { holder: 'one', leaseMs: 60_000 });
  const before = await rowsRead(db);
  for (let n = 0; n < CALLS; n++) {
    if (!(await act(calls, await accepted(calls)))) throw new Error('Nothing was done.');
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

test.each(Object.entries(OF_ONE_CALL))('%s reads that call alone, however many its tenant has', async (_, act) => {
  expect(await readsOfOne(calling.dbs[0], act)).toBeLessThan(10);
});

test("twin: with an index of the tenant's that seems as good, a move reads them all", async () => {
  const { ownerUrl, schema } = calling.database;
  await runSql(ownerUrl, `CREATE INDEX misleading ON "${schema}".voice_call_logs (tenant_id, created_at)`);
  expect(await readsOfOne(calling.dbs[0], OF_ONE_CALL.move)).toBeGreaterThan(50);
});
