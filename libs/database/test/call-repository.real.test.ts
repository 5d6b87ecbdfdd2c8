import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AttemptMove, CallRepository } from '@dialplane/calls';
import { createCallRepository, openDatabase } from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aCall, runSql } from './fixtures.ts';

const TENANT = randomUUID();
const ANOTHER = randomUUID();

let database: TestDatabase;
let replicas: Database[];
let calls: CallRepository;
/** A second dispatcher process would have its own connections. */
let otherReplica: CallRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (): Promise<Database> => openDatabase({ url: database.urls.dispatcher, schema: database.schema });
  replicas = [await open(), await open()];
  [calls, otherReplica] = replicas.map(createCallRepository) as [CallRepository, CallRepository];
});
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  await database.drop();
});

const aKey = (): { key: string; requestHash: string } => ({ key: randomUUID(), requestHash: 'hash' });

async function acceptedCall(): Promise<string> {
  const call = aCall();
  await calls.accept(TENANT, aKey(), call);
  return call.id;
}

test('an accepted call is read back as it was written', async () => {
  const call = aCall({
    initiatedBy: null,
    agentId: '',
    purpose: 'promotional',
    metadata: { text: `quote ' backslash \\ question ? ü 你`, deep: [1, { a: null }] },
  });
  const key = aKey();
  const outcome = await calls.accept(TENANT, key, call);
  expect(outcome).toMatchObject({
    kind: 'accepted',
    call: { ...call, tenantId: TENANT, state: 'accepted', reason: null, attempts: [] },
  });
  expect(await calls.get(TENANT, call.id)).toEqual('call' in outcome && outcome.call);
  expect(await calls.findByKey(TENANT, key)).toEqual({ ...outcome, kind: 'replayed' });
});

test('a call of before there were carrier rules is dialled in E.164, without headers', async () => {
  const id = await acceptedCall();
  await calls.startAttempt(TENANT, id, { number: 1, room: `room-${id}` });
  const strip = `- 'dialString' - 'callerIdString' - 'sipHeaders'`;
  await runSql(
    database.ownerUrl,
    `UPDATE dialplane.voice_call_logs SET targets = (SELECT jsonb_agg(target ${strip}) FROM jsonb_array_elements(targets) target)
     WHERE id = $1`,
    [id],
  );
  await runSql(database.ownerUrl, `UPDATE dialplane.call_attempts SET target = target ${strip} WHERE call_id = $1`, [
    id,
  ]);
  const call = await calls.get(TENANT, id);
  const inE164 = { dialString: '+12125550101', callerIdString: '+12125550100', sipHeaders: {} };
  expect(call?.targets).toMatchObject([inE164, inE164]);
  expect(call?.attempts).toMatchObject([{ target: inE164 }]);
});

test('a key is replayed for the same request, refused for another, and unknown to another tenant', async () => {
  const call = aCall();
  const key = aKey();
  expect(await calls.findByKey(TENANT, key)).toBeUndefined();
  await calls.accept(TENANT, key, call);
  expect(await calls.accept(TENANT, key, aCall())).toMatchObject({ kind: 'replayed', call: { id: call.id } });
  const another = { ...key, requestHash: 'another' };
  expect(await calls.accept(TENANT, another, aCall())).toEqual({ kind: 'conflict', callId: call.id });
  expect(await calls.findByKey(TENANT, another)).toEqual({ kind: 'conflict', callId: call.id });
  expect(await calls.findByKey(ANOTHER, key)).toBeUndefined();
  expect(await calls.accept(ANOTHER, key, aCall())).toMatchObject({ kind: 'accepted' });
});

test('a key whose call was deleted since names the call that is gone, and another request is still refused', async () => {
  const call = aCall();
  const key = aKey();
  await calls.accept(TENANT, key, call);
  await runSql(database.ownerUrl, 'DELETE FROM dialplane.voice_call_logs WHERE id = $1', [call.id]);
  expect(await calls.findByKey(TENANT, key)).toEqual({ kind: 'gone', callId: call.id });
  expect(await calls.accept(TENANT, key, aCall())).toEqual({ kind: 'gone', callId: call.id });
  expect(await calls.findByKey(TENANT, { ...key, requestHash: 'another' })).toEqual({
    kind: 'conflict',
    callId: call.id,
  });
});

test('of fifty concurrent writers of one key, on two replicas, one writes a call and all get it', async () => {
  const key = aKey();
  const before = await countCalls();
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? calls : otherReplica).accept(TENANT, key, aCall())),
  );
  expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
  expect(outcomes.filter(({ kind }) => kind === 'replayed')).toHaveLength(49);
  expect(new Set(outcomes.map((outcome) => 'call' in outcome && outcome.call.id)).size).toBe(1);
  expect(await countCalls()).toBe(before + 1);
});

test('sabotaged: without the primary key on tenant and key, the same writers write several calls', async () => {
  await runSql(database.ownerUrl, 'ALTER TABLE dialplane.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey');
  try {
    const key = aKey();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => calls.accept(TENANT, key, aCall())));
    expect(outcomes.filter(({ kind }) => kind === 'accepted').length).toBeGreaterThan(1);
    await runSql(database.ownerUrl, 'DELETE FROM dialplane.idempotency_keys WHERE key = $1', [key.key]);
  } finally {
    await runSql(database.ownerUrl, 'ALTER TABLE dialplane.idempotency_keys ADD PRIMARY KEY (tenant_id, key)');
  }
});

async function countCalls(): Promise<number> {
  const [row] = await runSql<{ n: number }>(
    database.ownerUrl,
    'SELECT count(*)::int AS n FROM dialplane.voice_call_logs',
  );
  return row?.n ?? 0;
}

test('a call goes from attempt to room to agent, and says when', async () => {
  const id = await acceptedCall();
  expect(await calls.startAttempt(TENANT, id, { number: 1, room: `call-${id}` })).toBe(true);
  expect(await calls.get(TENANT, id)).toMatchObject({
    state: 'in_progress',
    attempts: [{ number: 1, state: 'planned', room: `call-${id}`, agentDispatchId: null }],
  });
  expect(await calls.moveAttempt(TENANT, id, 1, { to: 'room_ready', agentDispatchId: 'AD_1' })).toBe(true);
  expect(await calls.moveAttempt(TENANT, id, 1, { to: 'agent_ready' })).toBe(true);
  const call = await calls.get(TENANT, id);
  expect(call).toMatchObject({
    state: 'in_progress',
    reason: null,
    attempts: [{ state: 'agent_ready', agentDispatchId: 'AD_1', target: { sipTrunkId: 'ST_1' } }],
  });
  expect(call?.updatedAt.getTime()).toBeGreaterThan(call?.createdAt.getTime() ?? Infinity);
});

test('a failed attempt fails its call, with the reason', async () => {
  const id = await acceptedCall();
  await calls.startAttempt(TENANT, id, { number: 1, room: `call-${id}` });
  expect(await calls.moveAttempt(TENANT, id, 1, { to: 'failed', reason: 'deployment_unreachable' })).toBe(true);
  expect(await calls.get(TENANT, id)).toMatchObject({
    state: 'failed',
    reason: 'deployment_unreachable',
    attempts: [{ state: 'failed', reason: 'deployment_unreachable' }],
  });
});

const MOVES: Record<string, AttemptMove> = {
  room_ready: { to: 'room_ready', agentDispatchId: 'AD_2' },
  agent_ready: { to: 'agent_ready' },
  failed: { to: 'failed', reason: 'no_agent' },
  unknown: { to: 'unknown', reason: 'outcome_unknown' },
};

test.each([
  { done: [], refused: ['agent_ready'] },
  { done: ['room_ready'], refused: ['room_ready'] },
  { done: ['room_ready', 'agent_ready'], refused: ['room_ready', 'agent_ready', 'failed', 'unknown'] },
  { done: ['failed'], refused: ['room_ready', 'agent_ready', 'failed', 'unknown'] },
  { done: ['unknown'], refused: ['room_ready', 'agent_ready', 'failed', 'unknown'] },
])('after $done an attempt is not moved to any of $refused, and nothing changes', async ({ done, refused }) => {
  const id = await acceptedCall();
  await calls.startAttempt(TENANT, id, { number: 1, room: `call-${id}` });
  for (const step of done) expect(await calls.moveAttempt(TENANT, id, 1, MOVES[step]!)).toBe(true);
  const before = await calls.get(TENANT, id);
  for (const step of refused) expect(await calls.moveAttempt(TENANT, id, 1, MOVES[step]!)).toBe(false);
  expect(await calls.get(TENANT, id)).toEqual(before);
});

test('attempts start in order, once each, and not after the call has failed', async () => {
  const id = await acceptedCall();
  expect(await calls.startAttempt(TENANT, id, { number: 2, room: `${id}-2` })).toBe(false);
  const starts = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      (n % 2 ? calls : otherReplica).startAttempt(TENANT, id, { number: 1, room: `${id}-1-${n}` }),
    ),
  );
  expect(starts.filter(Boolean)).toHaveLength(1);
  expect((await calls.get(TENANT, id))?.attempts).toHaveLength(1);
  await calls.moveAttempt(TENANT, id, 1, { to: 'failed', reason: 'no_agent' });
  expect(await calls.startAttempt(TENANT, id, { number: 2, room: `${id}-2` })).toBe(false);
});

test('a new attempt takes its own target and revokes the one before', async () => {
  const id = await acceptedCall();
  await calls.startAttempt(TENANT, id, { number: 1, room: `${id}-1` });
  expect(await calls.startAttempt(TENANT, id, { number: 2, room: `${id}-2` })).toBe(true);
  expect(await calls.moveAttempt(TENANT, id, 1, { to: 'room_ready', agentDispatchId: 'AD_1' })).toBe(false);
  expect((await calls.get(TENANT, id))?.attempts.map(({ target }) => target.sipTrunkId)).toEqual(['ST_1', 'ST_2']);
  await expect(calls.startAttempt(TENANT, id, { number: 3, room: `${id}-3` })).rejects.toThrow(
    'has no target for attempt 3',
  );
  expect((await calls.get(TENANT, id))?.attempts).toHaveLength(2);
});

test("another tenant's call cannot be read or moved", async () => {
  const id = await acceptedCall();
  expect(await calls.get(ANOTHER, id)).toBeUndefined();
  expect(await calls.startAttempt(ANOTHER, id, { number: 1, room: `call-${id}` })).toBe(false);
  await calls.startAttempt(TENANT, id, { number: 1, room: `call-${id}` });
  expect(await calls.moveAttempt(ANOTHER, id, 1, { to: 'failed', reason: 'no_agent' })).toBe(false);
  expect(await calls.get(TENANT, id)).toMatchObject({ state: 'in_progress' });
});

test("a row of the present service's call log is not taken for a call of ours", async () => {
  const id = randomUUID();
  await runSql(
    database.ownerUrl,
    'INSERT INTO dialplane.voice_call_logs (id, tenant_id, to_number) VALUES ($1, $2, $3)',
    [id, TENANT, '+12125550101'],
  );
  expect(await calls.get(TENANT, id)).toBeUndefined();
});
