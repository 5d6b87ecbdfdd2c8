import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentEvent, WebhookStore } from '@dialplane/calls';
import { createWebhookAges, createWebhookStore, openDatabase } from '@dialplane/database';

import { accepted, aCallsCase, anAttempt, ANOTHER, TENANT } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { aCall, runSql } from './fixtures.ts';

let calling: CallsCase;
let webhooks: WebhookStore;
let other: WebhookStore;
beforeAll(async () => {
  calling = await aCallsCase();
  [webhooks, other] = calling.dbs.map(createWebhookStore) as [WebhookStore, WebhookStore];
});
afterAll(() => calling.close());

let count = 0;
function anEvent(change: Partial<DeploymentEvent> = {}): DeploymentEvent {
  return {
    origin: 'https://livekit.example.com',
    id: `EV_${++count}`,
    kind: 'participant_left',
    createdAt: new Date('2026-01-01T00:00:07Z'),
    room: undefined,
    participant: {
      identity: 'callee-1',
      kind: 'sip',
      attributes: { 'sip.callStatus': 'hangup' },
      disconnectReason: 'USER_REJECTED',
    },
    redactedBody: { event: 'participant_left', room: { name: 'room' } },
    ...change,
  };
}

/** The room of a call's first attempt. */
async function aRoom(): Promise<string> {
  const { callId } = await accepted(calling.one);
  return `call-${callId}-1`;
}

test('an event is stored once, and read back by the tenant whose room it is', async () => {
  const room = await aRoom();
  const event = anEvent({ room });
  expect(await webhooks.store(event, [TENANT])).toBe('new');
  expect(await other.store({ ...event, kind: 'room_finished' }, [ANOTHER, TENANT])).toBe('known');
  expect(await other.ofRoom(TENANT, room)).toEqual([event]);
  expect(await webhooks.ofRoom(ANOTHER, room)).toEqual([]);
});

test('of an event that comes twenty times at once one is new', async () => {
  const room = await aRoom();
  const event = anEvent({ room });
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? webhooks : other).store(event, [null])),
  );
  expect(outcomes.filter((outcome) => outcome === 'new')).toHaveLength(1);
  expect(await webhooks.ofRoom(TENANT, room)).toHaveLength(1);
});

test('the same id of another deployment is another event, and says whose it is', async () => {
  const room = await aRoom();
  const event = anEvent({ room });
  const foreign = { ...event, origin: 'https://other.example.com' };
  expect([await webhooks.store(event, [TENANT]), await webhooks.store(foreign, [TENANT])]).toEqual(['new', 'new']);
  expect(await webhooks.ofRoom(TENANT, room)).toEqual([event, foreign]);
});

test('an event about no room of ours, or about none at all, is kept for nobody', async () => {
  const unknown = anEvent({ room: 'somebody-elses', participant: undefined });
  expect([await webhooks.store(unknown, [null]), await webhooks.store(anEvent(), [TENANT])]).toEqual([
    'unrelated',
    'unrelated',
  ]);
  expect(await webhooks.store(unknown, [null])).toBe('known');
  expect(await webhooks.ofRoom(TENANT, 'somebody-elses')).toEqual([]);
  const sql = `SELECT tenant_id, call_id FROM dialplane.livekit_webhooks WHERE event_id = $1`;
  expect(await runSql(calling.database.ownerUrl, sql, [unknown.id])).toEqual([{ tenant_id: null, call_id: null }]);
  expect(await runSql(calling.database.urls.dispatcher, sql, [unknown.id], TENANT)).toEqual([]);
});

test('an event without a participant, and one with NUL in what anybody may write, are stored', async () => {
  const room = await aRoom();
  const participant = {
    identity: 'a\0b',
    kind: 'standard',
    attributes: { note: '\0\\\0' },
    disconnectReason: undefined,
  };
  const started = anEvent({ room, kind: 'room_started', participant: undefined });
  const left = anEvent({ room, participant, redactedBody: { text: 'c:\\u0000 \0' } });
  await webhooks.store(started, [TENANT]);
  await webhooks.store(left, [TENANT]);
  expect(await webhooks.ofRoom(TENANT, room)).toEqual([
    started,
    {
      ...left,
      participant: { ...participant, identity: 'a\ufffdb', attributes: { note: '\ufffd\\\ufffd' } },
      redactedBody: { text: 'c:\\u0000 \ufffd' },
    },
  ]);
});

test.each([
  `INSERT INTO dialplane.livekit_webhooks (origin, event_id, event, body) VALUES ('o', 'e', 'k', '{}')`,
  `UPDATE dialplane.livekit_webhooks SET event = 'x'`,
  `DELETE FROM dialplane.livekit_webhooks`,
])('the dispatcher may not write but by the one function: %s', async (sql) => {
  await expect(runSql(calling.database.urls.dispatcher, sql, [], TENANT)).rejects.toThrow('permission denied');
});

test.each([
  ['its tenant', [TENANT], 'new'],
  ['an operator', [null], 'new'],
  ['its tenant and another', [ANOTHER, TENANT], 'new'],
  ['another tenant', [ANOTHER], 'unrelated'],
  ['nobody', [], 'unrelated'],
])("an event about a tenant's room that is signed with a key of %s", async (_, owners, became) => {
  const room = await aRoom();
  const event = anEvent({ room });
  expect(await webhooks.store(event, owners)).toBe(became);
  expect(await webhooks.ofRoom(TENANT, room)).toEqual(became === 'new' ? [event] : []);
  expect(await webhooks.ofRoom(ANOTHER, room)).toEqual([]);
});

test('an event that counts for nobody, or for another tenant, hides none that counts', async () => {
  const room = await aRoom();
  const theirs = aCall();
  await calling.one.accept(ANOTHER, { key: 'key', requestHash: '1:test' }, theirs, anAttempt(theirs.id));
  const event = anEvent({ room });
  expect(await webhooks.store({ ...event, room: `call-${theirs.id}-1` }, [ANOTHER])).toBe('new');
  expect(await webhooks.store({ ...event, kind: 'forged' }, [ANOTHER])).toBe('unrelated');
  expect(await webhooks.store(event, [TENANT])).toBe('new');
  expect(await webhooks.store({ ...event, kind: 'later' }, [TENANT])).toBe('known');
  expect(await webhooks.ofRoom(TENANT, room)).toEqual([event]);
});

describe('events of long ago are forgotten', () => {
  const DAY_MS = 24 * 60 * 60 * 1_000;
  const owner = (sql: string, values: unknown[] = []) => runSql(calling.database.ownerUrl, sql, values);
  const received = (room: string, daysAgo: number) =>
    owner(`UPDATE dialplane.livekit_webhooks SET received_at = now() - $2 * interval '1 day' WHERE room = $1`, [
      room,
      daysAgo,
    ]);
  const ended = (room: string, daysAgo: number) =>
    owner(
      `UPDATE dialplane.voice_call_logs c SET state = 'ended', ended_at = now() - $2 * interval '1 day'
       FROM dialplane.call_attempts a WHERE a.room = $1 AND c.id = a.call_id AND c.tenant_id = a.tenant_id`,
      [room, daysAgo],
    );
  const left = async (room: string) =>
    (await owner(`SELECT FROM dialplane.livekit_webhooks WHERE room = $1`, [room])).length;
  beforeEach(() => owner('DELETE FROM dialplane.livekit_webhooks'));

  async function anOldEvent(daysAgo: number): Promise<string> {
    const room = await aRoom();
    await webhooks.store(anEvent({ room }), [TENANT]);
    await received(room, daysAgo);
    return room;
  }

  test('once their call is long over, or they are about none', async () => {
    const [over, open, justOver, young] = [
      await anOldEvent(8),
      await anOldEvent(8),
      await anOldEvent(8),
      await anOldEvent(6),
    ];
    await ended(over, 8);
    await ended(justOver, 6);
    await ended(young, 6);
    await webhooks.store(anEvent({ room: 'lobby' }), [null]);
    await received('lobby', 8);
    expect(await webhooks.prune(7 * DAY_MS, 100)).toBe(2);
    expect(await Promise.all([over, open, justOver, young, 'lobby'].map(left))).toEqual([0, 1, 1, 1, 0]);
    expect(await webhooks.prune(7 * DAY_MS, 100)).toBe(0);
  });

  test('a few at a time, by several at once, each once', async () => {
    for (let n = 0; n < 30; n++) await webhooks.store(anEvent({ room: 'lobby' }), [null]);
    await received('lobby', 8);
    const pruned = await Promise.all(
      Array.from({ length: 6 }, (_, n) => (n % 2 ? webhooks : other).prune(7 * DAY_MS, 4)),
    );
    expect(pruned.every((count) => count <= 4)).toBe(true);
    expect(await left('lobby')).toBe(30 - pruned.reduce((sum, count) => sum + count, 0));
    while ((await webhooks.prune(7 * DAY_MS, 4)) > 0);
    expect(await left('lobby')).toBe(0);
  });

  test('and never what came within a day', async () => {
    await webhooks.store(anEvent({ room: 'lobby' }), [null]);
    expect(await webhooks.prune(0, 100)).toBe(0);
    expect(await left('lobby')).toBe(1);
  });
});

test('operators see when webhooks of a deployment came, and which of them counted, and nothing else', async () => {
  const origin = 'https://seen.example.com';
  const admin = await openDatabase({ url: calling.database.urls.admin, schema: 'dialplane', role: 'admin' });
  try {
    const ages = createWebhookAges(admin);
    const nothing = { secondsAgo: null, countedSecondsAgo: null };
    expect(await ages.of([origin, 'https://silent.example.com'])).toEqual([nothing, nothing]);
    await webhooks.store(anEvent({ origin, room: 'lobby' }), [null]);
    expect(await ages.of([origin])).toEqual([{ secondsAgo: expect.any(Number), countedSecondsAgo: null }]);
    await webhooks.store(anEvent({ origin, room: await aRoom() }), [TENANT]);
    const [age] = await ages.of([origin]);
    expect(age?.countedSecondsAgo).toBeGreaterThanOrEqual(0);
    expect(age?.countedSecondsAgo).toBeLessThan(60);
    await expect(admin.query(TENANT, 'SELECT FROM dialplane.livekit_webhooks', [])).rejects.toThrow(
      'permission denied',
    );
  } finally {
    await admin.close();
  }
});
