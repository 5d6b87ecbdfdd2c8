import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Call, CallRepository, Lease } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';
import type { Database } from '@dialplane/database';

import { accepted, aCallsCase, anAttempt, letLeasesRunOut, MOVES, read } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

let calling: CallsCase;
beforeAll(async () => {
  calling = await aCallsCase();
});
afterAll(() => calling.close());

/** What only a call's owner may do, each from a call that was just accepted. */
const OWNERS_WRITES: Readonly<Record<string, (calls: CallRepository, lease: Lease) => Promise<unknown>>> = {
  startAttempt: (calls, lease) => calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 })),
  'move to room_ready': (calls, lease) => calls.move(lease, 1, MOVES.room_ready),
  'move to failed': (calls, lease) => calls.move(lease, 1, { ...MOVES.failed, sipCode: undefined }),
  'move to unknown': (calls, lease) => calls.move(lease, 1, MOVES.unknown),
  note: (calls, lease) => calls.note(lease, 1, 'unpermitted_participant', 'participant'),
  grantPermit: (calls, lease) =>
    calls
      .grantPermit(lease.tenantId, lease.callId, 1, { holder: 'dispatcher', nonce: null, lease })
      .then(({ kind }) => kind === 'granted'),
  renew: (calls, lease) => calls.renew([lease]).then(({ length }) => length > 0),
};

/** A call of the first dispatcher's that the second has taken over while the first was stopped. */
async function takenOver(): Promise<{ stale: Lease; current: Lease; before: Call }> {
  const stale = await accepted(calling.one);
  await letLeasesRunOut(calling.database);
  const current = (await calling.two.takeOver(1_000)).find(({ callId }) => callId === stale.callId);
  if (current === undefined) throw new Error('The call was not taken over.');
  return { stale, current, before: await read(calling.one, stale) };
}

test.each(Object.entries(OWNERS_WRITES))('with an old fence, %s changes nothing', async (_, write) => {
  const { stale, current, before } = await takenOver();
  expect(await write(calling.one, stale)).toBe(false);
  expect(await read(calling.one, stale)).toEqual(before);
  expect(await calling.two.renew([current])).toEqual([current]);
});

test('with an old fence, neither a carrier code is added nor a lease given up', async () => {
  const stale = await accepted(calling.one);
  await calling.one.move(stale, 1, { ...MOVES.failed, isLast: false, sipCode: undefined });
  await letLeasesRunOut(calling.database);
  const current = (await calling.two.takeOver(1_000)).find(({ callId }) => callId === stale.callId)!;
  const before = await read(calling.one, stale);
  expect(await calling.one.move(stale, 1, MOVES.failed)).toBe(false);
  await calling.one.release([stale]);
  expect(await read(calling.one, stale)).toEqual(before);
  expect(await calling.two.renew([current])).toEqual([current]);
  expect(await calling.one.takeOver(1_000)).toEqual([]);
});

test.each(Object.entries(OWNERS_WRITES).filter(([name]) => name !== 'renew'))(
  'sabotaged: without the comparison of fences, %s of the one before goes through',
  async (_, write) => {
    const { stale, before } = await takenOver();
    const unfenced = createCallRepository(withoutFence(calling.dbs[0]), { holder: 'one', leaseMs: 60_000 });
    expect(await write(unfenced, stale)).toBe(true);
    expect(await read(calling.one, stale)).not.toEqual(before);
  },
);

test('a lease is renewed by fence and holder together; sabotaged: without the comparison, a stale one comes back', async () => {
  const { stale, current } = await takenOver();
  expect(await calling.one.renew([current])).toEqual([]);
  expect(await calling.two.renew([stale])).toEqual([]);
  expect(await calling.two.renew([current])).toEqual([current]);
  const { ownerUrl } = calling.database;
  const [renew] = await runSql<{ sql: string }>(
    ownerUrl,
    `SELECT pg_get_functiondef('dialplane.renew_calls(text, text[], text[], integer[], integer)'::regprocedure) AS sql`,
  );
  const sql = renew?.sql ?? '';
  await runSql(ownerUrl, sql.replace('AND c.fence = given.fence AND c.lease_holder = $1', ''));
  try {
    expect(await calling.one.renew([stale])).toHaveLength(1);
  } finally {
    await runSql(ownerUrl, sql);
  }
  expect(await calling.one.renew([stale])).toEqual([]);
});

/** The same statements, each but for its comparison of fences. */
function withoutFence(db: Database): Database {
  return {
    ...db,
    query: (tenantId, sql, ...rest) => {
      const open = sql
        .replaceAll(/c\.fence = (\$\d+)/g, '$1::int IS NOT NULL')
        .replaceAll(/call\.fence <> (\$\d+)/g, 'false');
      if (open === sql && /UPDATE/.test(sql)) throw new Error(`A write without a fence: ${sql}`);
      return db.query(tenantId, open, ...rest);
    },
  };
}
