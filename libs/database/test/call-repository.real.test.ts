import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CallRepository, Lease, NewAttempt, NewCall } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';
import type { TestDatabase } from '@dialplane/database/testing';

import {
  accepted,
  aCallsCase,
  aKey,
  anAttempt,
  ANOTHER,
  MOVES,
  permitted,
  read,
  rewriting,
  TENANT,
  whileAttemptFails,
} from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { aCall, runSql } from './fixtures.ts';

let calling: CallsCase;
let database: TestDatabase;
let calls: CallRepository;
/** A second dispatcher process would have its own connections. */
let otherReplica: CallRepository;

beforeAll(async () => {
  calling = await aCallsCase();
  ({ database, one: calls, two: otherReplica } = calling);
});
afterAll(() => calling.close());

test('an accepted call is read back as it was written', async () => {
  const call = aCall({
    initiatedBy: null,
    agentId: '',
    purpose: 'promotional',
    onAgentLost: 'keep',
    metadata: { text: `quote ' backslash \\ question ? ü 你`, deep: [1, { a: null }] },
  });
  const key = aKey();
  const outcome = await calls.accept(TENANT, key, call, anAttempt(call.id, { targetIndex: 1 }));
  expect(outcome).toEqual({
    kind: 'accepted',
    lease: { tenantId: TENANT, callId: call.id, fence: 1 },
    call: {
      ...call,
      tenantId: TENANT,
      state: 'accepted',
      reason: null,
      sipCode: null,
      hungUpBy: null,
      cancelledAt: null,
      permit: null,
      dialedAt: null,
      ringingAt: null,
      answeredAt: null,
      endedAt: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      lastEvent: 1,
      attempts: [
        {
          number: 1,
          state: 'planned',
          reason: null,
          sipCode: null,
          targetIndex: 1,
          target: call.targets[1],
          dialMode: 'claiming',
          room: `call-${call.id}-1`,
          agentDispatchId: null,
          agentIdentity: null,
          dialRequestedBy: null,
          begunAt: expect.any(Date),
          movedAt: expect.any(Date),
        },
      ],
    },
  });
  expect(await calls.events(TENANT, call.id, 0)).toEqual([
    {
      number: 1,
      at: expect.any(Date),
      attempt: 0,
      kind: 'accepted',
      reason: null,
      sipCode: null,
      evidence: 'Dispatch',
    },
  ]);
  expect(await calls.get(TENANT, call.id)).toEqual('call' in outcome && outcome.call);
  expect(await calls.findByKey(TENANT, key)).toEqual({ kind: 'replayed', call: 'call' in outcome && outcome.call });
});

test('a call of earlier releases is dialled in E.164, without headers, and ends when its agent is lost', async () => {
  const { callId: id } = await accepted(calls);
  const strip = `- 'dialString' - 'callerIdString' - 'sipHeaders'`;
  await runSql(
    database.ownerUrl,
    `UPDATE dialplane.voice_call_logs SET targets = (SELECT jsonb_agg(target ${strip}) FROM jsonb_array_elements(targets) target)
     WHERE id = $1`,
    [id],
  );
  await runSql(
    database.ownerUrl,
    `UPDATE dialplane.voice_call_logs SET on_agent_lost = NULL, lease_until = NULL WHERE id = $1`,
    [id],
  );
  await runSql(database.ownerUrl, `UPDATE dialplane.call_attempts SET target = target ${strip} WHERE call_id = $1`, [
    id,
  ]);
  const call = await calls.get(TENANT, id);
  const inE164 = { dialString: '+12125550199', callerIdString: '+12125550100', sipHeaders: {} };
  expect(call).toMatchObject({ targets: [inE164, inE164], onAgentLost: 'end' });
  expect(call?.attempts).toMatchObject([{ target: inE164 }]);
});

test('a key is replayed for the same request, refused for another, and unknown to another tenant', async () => {
  const call = aCall();
  const key = aKey();
  expect(await calls.findByKey(TENANT, key)).toBeUndefined();
  await calls.accept(TENANT, key, call, anAttempt(call.id));
  expect(await calls.accept(TENANT, key, ...aPlan())).toMatchObject({ kind: 'replayed', call: { id: call.id } });
  const another = { ...key, requestHash: 'another' };
  expect(await calls.accept(TENANT, another, ...aPlan())).toEqual({ kind: 'conflict', callId: call.id });
  expect(await calls.findByKey(TENANT, another)).toEqual({ kind: 'conflict', callId: call.id });
  expect(await calls.findByKey(ANOTHER, key)).toBeUndefined();
  expect(await calls.accept(ANOTHER, key, ...aPlan())).toMatchObject({ kind: 'accepted' });
});

test('a key whose call was deleted since names the call that is gone, and another request is still refused', async () => {
  const call = aCall();
  const key = aKey();
  await calls.accept(TENANT, key, call, anAttempt(call.id));
  await runSql(database.ownerUrl, 'DELETE FROM dialplane.voice_call_logs WHERE id = $1', [call.id]);
  expect(await calls.findByKey(TENANT, key)).toEqual({ kind: 'gone', callId: call.id });
  expect(await calls.accept(TENANT, key, ...aPlan())).toEqual({ kind: 'gone', callId: call.id });
  expect(await calls.findByKey(TENANT, { ...key, requestHash: 'another' })).toEqual({
    kind: 'conflict',
    callId: call.id,
  });
});

test('of fifty concurrent writers of one key, on two replicas, one writes a call and all get it', async () => {
  const key = aKey();
  const before = await countCalls();
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? calls : otherReplica).accept(TENANT, key, ...aPlan())),
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
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => calls.accept(TENANT, key, ...aPlan())));
    expect(outcomes.filter(({ kind }) => kind === 'accepted').length).toBeGreaterThan(1);
    await runSql(database.ownerUrl, 'DELETE FROM dialplane.idempotency_keys WHERE key = $1', [key.key]);
  } finally {
    await runSql(database.ownerUrl, 'ALTER TABLE dialplane.idempotency_keys ADD PRIMARY KEY (tenant_id, key)');
  }
});

/** A call with its first attempt. */
function aPlan(): [NewCall, NewAttempt] {
  const call = aCall();
  return [call, anAttempt(call.id)];
}

async function countCalls(): Promise<number> {
  const [row] = await runSql<{ n: number }>(
    database.ownerUrl,
    'SELECT count(*)::int AS n FROM dialplane.voice_call_logs',
  );
  return row?.n ?? 0;
}

test('a call goes from room to agent to answer to its end, and says when and by whom', async () => {
  const lease = await accepted(calls);
  expect(await calls.move(lease, 1, MOVES.room_ready)).toBe(true);
  expect(await calls.move(lease, 1, MOVES.agent_ready)).toBe(true);
  expect(await read(calls, lease)).toMatchObject({
    state: 'in_progress',
    permit: null,
    attempts: [{ state: 'agent_ready', agentDispatchId: 'AD_2', agentIdentity: 'agent-AJ_2' }],
  });
  const claim = { holder: 'dispatcher', nonce: null, lease };
  expect(await calls.grantPermit(TENANT, lease.callId, 1, claim)).toEqual({ kind: 'granted', isNew: true });
  for (const step of ['dialing', 'ringing', 'answered', 'ended'] as const) {
    expect(await calls.move(lease, 1, MOVES[step])).toBe(true);
  }
  const call = await read(calls, lease);
  expect(call).toMatchObject({
    state: 'ended',
    reason: null,
    hungUpBy: 'callee',
    permit: { attempt: 1, holder: 'dispatcher', nonce: null, grantedAt: expect.any(Date) },
    attempts: [{ state: 'ended', agentDispatchId: 'AD_2', agentIdentity: 'agent-AJ_2' }],
  });
  const moments = [call.createdAt, call.dialedAt, call.ringingAt, call.answeredAt, call.endedAt].map(Number);
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
  const events = await calls.events(TENANT, lease.callId, 0);
  expect(events.map(({ number, attempt, kind }) => `${number} ${attempt} ${kind}`)).toEqual([
    '1 0 accepted',
    '2 1 room_ready',
    '3 1 agent_ready',
    '4 1 permitted',
    '5 1 dialing',
    '6 1 ringing',
    '7 1 answered',
    '8 1 ended',
  ]);
  expect(call.endedAt).toEqual(events[7]?.at);
  expect(await calls.events(TENANT, lease.callId, 6)).toEqual(events.slice(6));
});

test('of what was skipped, what is known is set; what was set stays', async () => {
  const lease = await permitted(calls);
  await calls.move(lease, 1, MOVES.answered);
  const call = await read(calls, lease);
  expect(call).toMatchObject({ dialedAt: call.answeredAt, ringingAt: null, answeredAt: expect.any(Date) });

  const doubted = await permitted(calls);
  await calls.move(doubted, 1, MOVES.ringing);
  const { ringingAt } = await read(calls, doubted);
  await calls.move(doubted, 1, MOVES.unknown);
  await calls.move(doubted, 1, MOVES.ringing);
  expect(await read(calls, doubted)).toMatchObject({ state: 'in_progress', reason: null, ringingAt });
});

test('an attempt that fails before others leaves its call in progress; the last one fails it, with reason and code', async () => {
  const lease = await accepted(calls);
  expect(await calls.move(lease, 1, { ...MOVES.failed, reason: 'no_agent', isLast: false })).toBe(true);
  expect(await read(calls, lease)).toMatchObject({
    state: 'in_progress',
    reason: null,
    sipCode: null,
    endedAt: null,
    attempts: [{ state: 'failed', reason: 'no_agent' }],
  });
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }))).toBe(true);
  expect(await calls.move(lease, 2, MOVES.failed)).toBe(true);
  expect(await read(calls, lease)).toMatchObject({
    state: 'failed',
    reason: 'busy',
    sipCode: 486,
    endedAt: expect.any(Date),
    attempts: [{ reason: 'no_agent' }, { state: 'failed', reason: 'busy', sipCode: 486, targetIndex: 1 }],
  });
});

test('a call that fails after CancelCall is cancelled, and the answer to CancelCall stays what it was', async () => {
  const lease = await accepted(calls);
  const { outcome, call } = (await calls.cancel(TENANT, lease.callId))!;
  expect({ outcome, call }).toMatchObject({ outcome: 'in_time', call: { cancelledAt: expect.any(Date) } });
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }))).toBe(false);
  expect(await calls.move(lease, 1, { ...MOVES.failed, reason: 'cancelled', sipCode: undefined })).toBe(true);
  expect(await read(calls, lease)).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
  const again = await calls.cancel(TENANT, lease.callId);
  expect(again).toMatchObject({ outcome: 'in_time', call: { state: 'cancelled', cancelledAt: call.cancelledAt } });
  expect((await calls.events(TENANT, lease.callId, 0)).filter(({ kind }) => kind === 'cancel_requested')).toHaveLength(
    1,
  );
});

test('a call between two attempts is cancelled at once, and so is one whose attempt fails while CancelCall waits for it', async () => {
  const between = await accepted(calls);
  await calls.move(between, 1, { ...MOVES.failed, isLast: false });
  const cancelled = {
    outcome: 'in_time',
    call: { state: 'cancelled', reason: 'cancelled', endedAt: expect.any(Date) },
  };
  expect(await calls.cancel(TENANT, between.callId)).toMatchObject(cancelled);
  expect((await calls.events(TENANT, between.callId, 2)).map(({ kind }) => kind)).toEqual([
    'cancel_requested',
    'cancelled',
  ]);

  const failing = await accepted(calls);
  const cancel = (by: CallRepository, of: Lease) => whileAttemptFails(database, of, () => by.cancel(TENANT, of.callId));
  expect(await cancel(calls, failing)).toMatchObject(cancelled);
  // Sabotaged: nobody would end a call whose failed attempt CancelCall has not seen.
  const careless = rewriting(calling.dbs[0], (sql) => sql.replace('FOR UPDATE OF a', ''));
  const blind = createCallRepository(careless, { holder: 'one', leaseMs: 60_000 });
  expect(await cancel(blind, await accepted(calls))).toMatchObject({ call: { state: 'in_progress' } });
});

test.each([
  ['permitted', [], 'may_have_rung'],
  ['ringing', ['ringing'], 'may_have_rung'],
  ['answered', ['answered'], 'ending'],
  ['over', ['answered', 'ended'], 'was_over'],
] as const)('CancelCall of a call that is %s', async (_, steps, outcome) => {
  const lease = await permitted(calls);
  for (const step of steps) await calls.move(lease, 1, MOVES[step]);
  expect(await otherReplica.cancel(TENANT, lease.callId)).toMatchObject({ outcome });
  expect((await read(calls, lease)).cancelledAt === null).toBe(outcome === 'was_over');
});

test('CancelCall promises nothing of a call whose agent dials without a permit, and knows no call of another tenant', async () => {
  const lease = await accepted(calls, { attempt: { dialMode: 'legacy' } });
  expect(await calls.cancel(ANOTHER, lease.callId)).toBeUndefined();
  expect(await calls.cancel(TENANT, lease.callId)).toMatchObject({ outcome: 'may_have_rung' });
});

test('attempts start in order, once each, and not after the call has failed', async () => {
  const lease = await accepted(calls);
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 3, targetIndex: 1 }))).toBe(false);
  const starts = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      (n % 2 ? calls : otherReplica).startAttempt(lease, anAttempt(lease.callId, { number: 2, room: randomUUID() })),
    ),
  );
  expect(starts.filter(Boolean)).toHaveLength(1);
  expect((await read(calls, lease)).attempts).toHaveLength(2);
  await calls.move(lease, 2, MOVES.failed);
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 3, targetIndex: 1 }))).toBe(false);
});

test('a new attempt takes its own target and revokes the one before', async () => {
  const lease = await accepted(calls);
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }))).toBe(true);
  expect(await calls.move(lease, 1, MOVES.room_ready)).toBe(false);
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_1')).toBe(false);
  expect((await read(calls, lease)).attempts.map(({ target }) => target.sipTrunkId)).toEqual(['ST_1', 'ST_2']);
  await expect(calls.startAttempt(lease, anAttempt(lease.callId, { number: 3 }))).rejects.toThrow('has no target 2');
  expect((await read(calls, lease)).attempts).toHaveLength(2);
});

test('the wish of an agent to have the callee dialled is noted once, while its attempt may dial', async () => {
  const lease = await accepted(calls);
  for (const replica of [calls, otherReplica]) {
    expect(await replica.requestDial(TENANT, lease.callId, 1, 'AJ_1')).toBe(true);
  }
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_2')).toBe(false);
  expect((await read(calls, lease)).attempts).toMatchObject([{ dialRequestedBy: 'AJ_1' }]);
  const requests = (await calls.events(TENANT, lease.callId, 0)).filter(({ kind }) => kind === 'dial_requested');
  expect(requests).toMatchObject([{ attempt: 1, evidence: 'AJ_1' }]);
  await calls.cancel(TENANT, lease.callId);
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_1')).toBe(false);
});

test('once the dispatcher dials unasked, the agent that it saw alone may still ask', async () => {
  const lease = await accepted(calls);
  await calls.move(lease, 1, MOVES.room_ready);
  await calls.move(lease, 1, { ...MOVES.agent_ready, agentIdentity: 'agent-AJ_1' });
  await calls.grantPermit(TENANT, lease.callId, 1, { holder: 'dispatcher', nonce: null, lease });
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_2')).toBe(false);
  expect((await read(calls, lease)).attempts).toMatchObject([{ dialRequestedBy: null }]);
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_1')).toBe(true);
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_2')).toBe(false);
  expect((await read(calls, lease)).attempts).toMatchObject([{ dialRequestedBy: 'AJ_1' }]);
});

test('before the permit another job than the one that was seen may ask first', async () => {
  const lease = await accepted(calls);
  await calls.move(lease, 1, { ...MOVES.agent_ready, agentIdentity: 'agent-AJ_1' });
  expect(await calls.requestDial(TENANT, lease.callId, 1, 'AJ_2')).toBe(true);
});

test("a carrier's code that comes within two seconds of the end is added once, with its reason", async () => {
  const lease = await permitted(calls);
  const withoutCode = { ...MOVES.failed, reason: 'no_answer', sipCode: undefined } as const;
  await calls.move(lease, 1, withoutCode);
  expect(await calls.move(lease, 1, withoutCode)).toBe(false);
  expect(await calls.move(lease, 1, MOVES.failed)).toBe(true);
  expect(await calls.move(lease, 1, { ...MOVES.failed, sipCode: 603 })).toBe(false);
  const enriched = { state: 'failed', reason: 'busy', sipCode: 486 };
  expect(await read(calls, lease)).toMatchObject({ ...enriched, attempts: [enriched] });
  expect((await calls.events(TENANT, lease.callId, 0)).at(-1)).toMatchObject({ kind: 'enriched', sipCode: 486 });

  const late = await permitted(calls);
  await calls.move(late, 1, withoutCode);
  await runSql(
    database.ownerUrl,
    `UPDATE dialplane.call_attempts SET updated_at = updated_at - interval '2 seconds' WHERE call_id = $1`,
    [late.callId],
  );
  expect(await calls.move(late, 1, MOVES.failed)).toBe(false);
  expect(await read(calls, late)).toMatchObject({ reason: 'no_answer', sipCode: null });
});

test("the permit's holder reports from any process, and nobody else does", async () => {
  const lease = await permitted(calls, 'AJ_1');
  expect(await otherReplica.report(TENANT, lease.callId, 1, 'AJ_2', MOVES.ringing)).toBe(false);
  expect(await otherReplica.report(ANOTHER, lease.callId, 1, 'AJ_1', MOVES.ringing)).toBe(false);
  expect(await otherReplica.report(TENANT, lease.callId, 2, 'AJ_1', MOVES.ringing)).toBe(false);
  expect(await otherReplica.report(TENANT, lease.callId, 1, 'AJ_1', MOVES.ringing)).toBe(true);
  expect(await otherReplica.report(TENANT, lease.callId, 1, 'AJ_1', MOVES.dialing)).toBe(false);
  expect(await read(calls, lease)).toMatchObject({ attempts: [{ state: 'ringing', agentIdentity: 'agent-AJ_1' }] });
});

test("another tenant's call cannot be read, moved, permitted or noted", async () => {
  const lease = await accepted(calls);
  const before = await read(calls, lease);
  const theirs = { ...lease, tenantId: ANOTHER };
  expect(await calls.get(ANOTHER, lease.callId)).toBeUndefined();
  expect(await calls.events(ANOTHER, lease.callId, 0)).toEqual([]);
  const theirCalls = await calls.list(ANOTHER, ALL, { after: undefined, limit: 10 });
  expect(theirCalls.map(({ id }) => id)).not.toContain(lease.callId);
  expect(await calls.startAttempt(theirs, anAttempt(lease.callId, { number: 2 }))).toBe(false);
  expect(await calls.move(theirs, 1, MOVES.failed)).toBe(false);
  expect(await calls.note(theirs, 1, 'unpermitted_participant', 'participant')).toBe(false);
  expect(await calls.requestDial(ANOTHER, lease.callId, 1, 'AJ_1')).toBe(false);
  const claim = { holder: 'AJ_1', nonce: null };
  expect(await calls.grantPermit(ANOTHER, lease.callId, 1, claim)).toEqual({ kind: 'refused', why: 'revoked' });
  expect(await calls.renew([theirs])).toEqual([]);
  expect(await read(calls, lease)).toEqual(before);
});

const ALL = {
  states: [],
  toNumber: undefined,
  fromNumber: undefined,
  createdFrom: undefined,
  createdBefore: undefined,
} as const;

test("a row of the present service's call log is not taken for a call of ours", async () => {
  const id = randomUUID();
  await runSql(
    database.ownerUrl,
    `INSERT INTO dialplane.voice_call_logs (id, tenant_id, to_number, state) VALUES ($1, $2, $3, 'accepted')`,
    [id, TENANT, '+12125550101'],
  );
  expect(await calls.get(TENANT, id)).toBeUndefined();
  expect(await calls.cancel(TENANT, id)).toBeUndefined();
  expect((await calls.takeOver(1_000)).map(({ callId }) => callId)).not.toContain(id);
  expect((await calls.list(TENANT, ALL, { after: undefined, limit: 1_000 })).map((call) => call.id)).not.toContain(id);
});
