import { randomUUID } from 'node:crypto';

import { afterAll, beforeEach, beforeAll, expect, test } from '@jest/globals';
import type { CallRepository, Lease } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';

import {
  accepted,
  aCallsCase,
  aKey,
  anAttempt,
  ANOTHER,
  letLeasesRunOut,
  MOVES,
  permitted,
  read,
  TENANT,
} from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { aCall, runSql, withSession } from './fixtures.ts';

let calling: CallsCase;
let one: CallRepository;
let two: CallRepository;
beforeAll(async () => {
  calling = await aCallsCase();
  ({ one, two } = calling);
});
afterAll(() => calling.close());
// Of each test there are its own calls alone.
beforeEach(() => runSql(calling.database.ownerUrl, `DELETE FROM dialplane.voice_call_logs`));

const many = async (count: number): Promise<Lease[]> => {
  const leases = [];
  for (let n = 0; n < count; n++) leases.push(await accepted(one));
  return leases;
};
const idsOf = (leases: readonly Lease[]): string[] => leases.map(({ callId }) => callId).sort();

test('a lease lasts by the clock of the database, for as long as it is renewed', async () => {
  const leaseMs = 2_000;
  const calls = createCallRepository(calling.dbs[0], { holder: 'short', leaseMs });
  const lease = await accepted(calls);
  const left = async (): Promise<number> => {
    const sql = `SELECT extract(epoch FROM lease_until - clock_timestamp()) * 1000 AS ms FROM dialplane.voice_call_logs`;
    return Number((await runSql<{ ms: string }>(calling.database.ownerUrl, sql))[0]?.ms);
  };
  expect(await two.takeOver(10)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await calls.renew([lease])).toEqual([lease]);
  expect(await left()).toBeGreaterThan(leaseMs - 1_200);
  expect(await left()).toBeLessThanOrEqual(leaseMs);
  expect(await two.takeOver(10)).toEqual([]);
  const rest = await left();
  await new Promise((resolve) => setTimeout(resolve, rest + 1));
  expect(await two.takeOver(10)).toEqual([{ ...lease, fence: 2 }]);
  expect(await calls.renew([lease])).toEqual([]);
});

test('the row tells how long ago its call was answered when it is taken over', async () => {
  const lease = await permitted(one);
  expect(await one.move(lease, 1, MOVES.answered)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await letLeasesRunOut(calling.database);
  await two.takeOver(10);
  const { answeredAt, updatedAt } = await read(two, lease);
  expect(updatedAt.getTime() - (answeredAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test('a lease that ran out and that nobody took over is still its holder’s', async () => {
  const lease = await accepted(one);
  await letLeasesRunOut(calling.database);
  expect(await one.move(lease, 1, MOVES.room_ready)).toBe(true);
  expect(await one.renew([lease])).toEqual([lease]);
  expect(await two.takeOver(10)).toEqual([]);
});

test('leases of several tenants are renewed together; of those that are lost, nothing is returned', async () => {
  const ours = await accepted(one);
  const call = aCall();
  const outcome = await one.accept(ANOTHER, aKey(), call, anAttempt(call.id));
  const theirs = (outcome as { lease: Lease }).lease;
  const renewed = await one.renew([ours, theirs, { ...ours, callId: randomUUID() }, { ...ours, fence: 0 }]);
  expect(idsOf(renewed)).toEqual(idsOf([ours, theirs]));
});

test('two dispatchers that take over at once get each call once, with the next fence and an event', async () => {
  const lost = await many(60);
  await letLeasesRunOut(calling.database);
  const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? one : two).takeOver(20)));
  // Whoever finds rows locked leaves them to the others.
  while (taken.flat().length < 60) taken.push(await two.takeOver(20));
  expect(idsOf(taken.flat())).toEqual(idsOf(lost));
  expect(taken.flat().every(({ fence, tenantId }) => fence === 2 && tenantId === TENANT)).toBe(true);
  expect(await one.takeOver(20)).toEqual([]);
  expect(await one.events(TENANT, lost[0]!.callId, 1)).toMatchObject([{ number: 2, attempt: 1, kind: 'taken_over' }]);
});

/** Two take over while somebody holds the row of one call: what they get, together. */
async function takeOverALockedCall(): Promise<number> {
  await letLeasesRunOut(calling.database);
  return withSession(calling.database.ownerUrl, async (session) => {
    await session.query('BEGIN; SELECT FROM dialplane.voice_call_logs FOR UPDATE');
    const both = Promise.all([one.takeOver(10), two.takeOver(10)]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.query('COMMIT');
    return (await both).flat().length;
  });
}

test('a call whose row is locked is left alone; sabotaged: without locks, both dispatchers take it over', async () => {
  await accepted(one);
  expect(await takeOverALockedCall()).toBe(0);
  const { ownerUrl } = calling.database;
  const [taking] = await runSql<{ sql: string }>(
    ownerUrl,
    `SELECT pg_get_functiondef('dialplane.take_over_calls(text, integer, integer)'::regprocedure) AS sql`,
  );
  const sql = taking?.sql ?? '';
  await runSql(ownerUrl, sql.replace('FOR UPDATE SKIP LOCKED', ''));
  try {
    expect(await takeOverALockedCall()).toBe(2);
  } finally {
    await runSql(ownerUrl, sql);
  }
});

test('what is over is taken over by nobody; what is unknown, or of before there were leases, is', async () => {
  const [ended, unknown, old] = await many(3);
  await one.move(ended!, 1, MOVES.failed);
  await one.move(unknown!, 1, MOVES.unknown);
  await letLeasesRunOut(calling.database);
  await runSql(
    calling.database.ownerUrl,
    `UPDATE dialplane.voice_call_logs SET lease_until = NULL, lease_holder = NULL, fence = 0 WHERE id = $1`,
    [old!.callId],
  );
  const taken = await two.takeOver(10);
  expect(idsOf(taken)).toEqual(idsOf([unknown!, old!]));
  expect(taken.find(({ callId }) => callId === old!.callId)?.fence).toBe(1);
});

test('the oldest are taken over first, and no more than asked', async () => {
  const lost = await many(3);
  await letLeasesRunOut(calling.database);
  for (const { callId } of lost) expect(idsOf(await two.takeOver(1))).toEqual([callId]);
});

test('what is given up is taken over at once', async () => {
  const [released, kept] = await many(2);
  await one.release([released!]);
  expect(await two.takeOver(10)).toEqual([{ ...released, fence: 2 }]);
  expect(await one.renew([released!, kept!])).toEqual([kept]);
});

test('events of one call are numbered without gaps, whoever writes at the same time', async () => {
  const lease = await accepted(one);
  const writes = Array.from({ length: 40 }, (_, n) => {
    const calls = n % 2 === 0 ? one : two;
    const note = () => calls.note(lease, 1, 'unpermitted_participant', `participant ${n}`);
    const ask = () => calls.requestDial(TENANT, lease.callId, 1, `AJ_${n}`);
    const claim = () => calls.grantPermit(TENANT, lease.callId, 1, { holder: `AJ_${n}`, nonce: null });
    return [note, ask, claim][n % 3]!();
  });
  await Promise.all(writes);
  await one.cancel(TENANT, lease.callId);
  const { lastEvent } = await read(one, lease);
  const events = await one.events(TENANT, lease.callId, 0);
  expect(events.map(({ number }) => number)).toEqual(Array.from({ length: lastEvent }, (_, n) => n + 1));
  const moments = events.map(({ at }) => at.getTime());
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
  // 14 notes, one permit with what it is evidence of; accepted and cancelled; one request of all, unless a claim came first.
  const requests = events.filter(({ kind }) => kind === 'dial_requested').length;
  expect(requests).toBeLessThanOrEqual(1);
  expect(lastEvent).toBe(14 + 2 + 2 + requests);
});

test('what happened to many calls, of any tenants, is read at once from where each was left', async () => {
  const [quiet, ours] = await many(2);
  const call = aCall();
  await one.accept(ANOTHER, aKey(), call, anAttempt(call.id));
  await one.move(ours!, 1, MOVES.room_ready);
  await one.move(ours!, 1, MOVES.failed);
  const seen = new Map([
    [quiet!.callId, 1],
    [ours!.callId, 1],
    [call.id, 0],
    [randomUUID(), 0],
  ]);
  const events = await two.eventsAfter(seen);
  expect(events.filter(({ callId }) => callId === ours!.callId)).toEqual([
    expect.objectContaining({ number: 2, kind: 'room_ready', callState: 'failed', at: expect.any(Date) }),
    expect.objectContaining({ number: 3, kind: 'failed', reason: 'busy', sipCode: 486, evidence: 'dial returned' }),
  ]);
  expect(events.filter(({ callId }) => callId === call.id)).toMatchObject([{ number: 1, kind: 'accepted' }]);
  expect(events).toHaveLength(3);
});

test('nothing is asked of the database where nobody has calls', async () => {
  const silent = createCallRepository(
    { ...calling.dbs[0], query: () => Promise.reject(new Error('asked')) },
    { holder: 'one', leaseMs: 1 },
  );
  expect(await silent.renew([])).toEqual([]);
  expect(await silent.eventsAfter(new Map())).toEqual([]);
  await silent.release([]);
});
