import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DeploymentEvent, WebhookStore } from '@dialplane/calls';
import { createWebhookStore } from '@dialplane/database';

import { accepted, aCallsCase, ANOTHER, TENANT } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

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
  expect(await webhooks.store(event)).toBe('new');
  expect(await other.store({ ...event, kind: 'room_finished' })).toBe('known');
  expect(await other.ofRoom(TENANT, room)).toEqual([event]);
  expect(await webhooks.ofRoom(ANOTHER, room)).toEqual([]);
});

test('of an event that comes twenty times at once one is new', async () => {
  const room = await aRoom();
  const event = anEvent({ room });
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? webhooks : other).store(event)));
  expect(outcomes.filter((outcome) => outcome === 'new')).toHaveLength(1);
  expect(await webhooks.ofRoom(TENANT, room)).toHaveLength(1);
});

test('the same id of another deployment is another event, and says whose it is', async () => {
  const room = await aRoom();
  const event = anEvent({ room });
  const foreign = { ...event, origin: 'https://other.example.com' };
  expect([await webhooks.store(event), await webhooks.store(foreign)]).toEqual(['new', 'new']);
  expect(await webhooks.ofRoom(TENANT, room)).toEqual([event, foreign]);
});

test('an event about no room of ours, or about none at all, is kept for nobody', async () => {
  const unknown = anEvent({ room: 'somebody-elses', participant: undefined });
  expect([await webhooks.store(unknown), await webhooks.store(anEvent())]).toEqual(['new', 'new']);
  expect(await webhooks.store(unknown)).toBe('known');
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
  await webhooks.store(started);
  await webhooks.store(left);
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
