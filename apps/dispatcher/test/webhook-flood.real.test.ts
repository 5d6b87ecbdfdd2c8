import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calleeIdentity } from '@dialplane/calls';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { AccessToken } from 'livekit-server-sdk';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, liveKitServers } from './case.ts';
import type { Case, Server } from './case.ts';
import { startDispatcherProcess } from './dispatcher-process.ts';

/** Answers at once, and hangs up after 8 s. */
const TALKS = '+12125550108';
/** The same, after 2 s. */
const TALKS_BRIEFLY = '+12125550102';
const BUSY = '+12125550130';
const UNANSWERED = '+12125550150';
const CALLS = 4;
const SENDERS = 20;
const DUPLICATES = 200;
/** Beyond the pauses between two looks, and what somebody has to be missing for, in seconds. */
const NOTICED_WITHIN = 20;

let parts: Case;
let server: Server & { wsUrl: string };
const carriers: CarrierSimulator[] = [];
beforeAll(async () => {
  [server] = liveKitServers() as [typeof server];
  parts = await createCase();
}, 120_000);
afterAll(async () => {
  await parts.stop();
  await Promise.all(carriers.map((carrier) => carrier.stop()));
  await everybodyLeaves();
});

const webhookUrl = ({ webhookAddress }: { readonly webhookAddress: string } = parts.running): string =>
  `http://${webhookAddress}/webhooks/livekit`;

async function useCarrier(webhooks: 'on' | 'off'): Promise<CarrierSimulator> {
  const { url: upstream, apiKey, apiSecret } = server;
  const to = webhooks === 'on' ? { webhookUrl: webhookUrl() } : {};
  const carrier = await startCarrierSimulator({ upstream, apiKey, apiSecret, trunks: ['ST_test'], ...to });
  carriers.push(carrier);
  await parts.useServer({ ...server, url: carrier.url }, { agentName: 'sales', dialMode: 'dispatcher' });
  return carrier;
}

async function place(toNumber: string, client = parts.client): Promise<{ callId: string; room: string }> {
  const { callLogId, room } = await dispatch(client, { toNumber, ringingTimeout: { seconds: 3, nanos: 0 } });
  await joinAsAgent(server, room, 'sales');
  return { callId: callLogId, room };
}

interface Stored {
  readonly state: string;
  readonly reason: string | null;
  readonly hungUpBy: string | null;
  readonly attempt: string;
  /** In seconds. */
  readonly talked: number | null;
}

async function until(callId: string, holds: (call: Stored) => boolean): Promise<Stored> {
  for (const giveUpAt = Date.now() + 40_000; ;) {
    const [call] = await parts.sql<Stored>(
      `SELECT c.state, c.reason, c.hung_up_by AS "hungUpBy", a.state AS attempt,
              extract(epoch FROM c.ended_at - c.answered_at)::float8 AS talked
       FROM $schema.voice_call_logs c
       JOIN $schema.call_attempts a ON a.call_id = c.id AND a.number = c.attempt WHERE c.id = $1`,
      [callId],
    );
    if (call !== undefined && holds(call)) return call;
    if (Date.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify(call)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const isOver = ({ state }: Stored): boolean => ['ended', 'failed', 'cancelled'].includes(state);

const post = async (body: string, authorization?: string, url = webhookUrl()): Promise<number> =>
  (
    await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/webhook+json', ...(authorization !== undefined && { authorization }) },
    })
  ).status;

/** That the callee has left, as LiveKit writes it; `at` in seconds since 1970. */
function calleeLeft(callId: string, room: string, at: number): string {
  return JSON.stringify({
    event: 'participant_left',
    id: `EV_${randomUUID()}`,
    createdAt: String(at),
    room: { sid: 'RM_1', name: room },
    participant: {
      sid: 'PA_1',
      identity: calleeIdentity(callId),
      kind: 'SIP',
      attributes: { 'sip.callStatus': 'hangup' },
      disconnectReason: 'CLIENT_INITIATED',
    },
  });
}

async function sign(body: string): Promise<string> {
  const token = new AccessToken(server.apiKey, server.apiSecret);
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

test('webhooks by the hundred, unsigned, repeated and too early, while calls go on: none is moved by them', async () => {
  await useCarrier('on');
  const early = await place(TALKS);
  await until(early.callId, ({ attempt }) => attempt === 'answered');
  let isFlooding = true;
  const unsigned = new Map<number, number>();
  const flood = Array.from({ length: SENDERS }, async () => {
    while (isFlooding) {
      const status = await post(calleeLeft(early.callId, early.room, 1_767_225_600));
      unsigned.set(status, (unsigned.get(status) ?? 0) + 1);
    }
  });
  // Signed, and of a callee who is there: an old one that was long under way.
  const body = calleeLeft(early.callId, early.room, Math.floor(Date.now() / 1_000) - 25);
  const authorization = await sign(body);
  const repeated = Array.from({ length: DUPLICATES }, () => post(body, authorization));

  const placed = [];
  for (let n = 0; n < CALLS; n++) placed.push(await place(TALKS));
  for (const { callId } of placed) await until(callId, ({ attempt }) => attempt === 'answered');
  expect(new Set(await Promise.all(repeated))).toEqual(new Set([200]));
  expect(await until(early.callId, () => true)).toMatchObject({ attempt: 'answered' });
  isFlooding = false;
  await Promise.all(flood);
  expect([...unsigned.keys()]).toEqual([401]);
  expect(unsigned.get(401)).toBeGreaterThan(SENDERS);

  const [kept] = await parts.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM $schema.livekit_webhooks WHERE event_id = $1`,
    [(JSON.parse(body) as { id: string }).id],
  );
  expect(kept).toEqual({ count: 1 });
  for (const { callId } of [early, ...placed]) {
    const call = await until(callId, isOver);
    expect(call).toMatchObject({ state: 'ended', hungUpBy: 'callee', reason: null });
    // Until the callee hung up, and not before.
    expect(call.talked).toBeGreaterThan(7);
  }
}, 120_000);

test('twin: where a webhook is believed without a look, one that was long under way ends the call', async () => {
  await useCarrier('off');
  const preload = fileURLToPath(new URL('./trusting-webhooks.ts', import.meta.url));
  const trusting = await startDispatcherProcess(parts, {}, preload);
  try {
    const { callId, room } = await place(TALKS, trusting.client);
    await until(callId, ({ attempt }) => attempt === 'answered');
    const body = calleeLeft(callId, room, Math.floor(Date.now() / 1_000) - 25);
    expect(await post(body, await sign(body), webhookUrl(trusting))).toBe(200);
    expect((await until(callId, isOver)).talked).toBeLessThan(7);
  } finally {
    await trusting.stop();
  }
}, 120_000);

test('with no webhook at all a call is followed to its end, and so is one that fails', async () => {
  const carrier = await useCarrier('off');
  const before = await parts.sql('SELECT event_id FROM $schema.livekit_webhooks');
  const [talked, busy, unanswered] = await Promise.all([place(TALKS_BRIEFLY), place(BUSY), place(UNANSWERED)]);
  expect(await until(busy.callId, isOver)).toMatchObject({ state: 'failed', reason: 'busy' });
  expect(await until(unanswered.callId, isOver)).toMatchObject({ state: 'failed', reason: 'no_answer' });
  const call = await until(talked.callId, isOver);
  expect(call).toMatchObject({ state: 'ended', hungUpBy: 'callee', reason: null });
  expect(call.talked).toBeLessThan(2 + NOTICED_WITHIN);
  const events = await parts.sql<{ kind: string }>(
    'SELECT kind FROM $schema.voice_call_events WHERE call_id = $1 ORDER BY number',
    [talked.callId],
  );
  expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'ringing')).toEqual([
    'accepted',
    'room_ready',
    'agent_ready',
    'permitted',
    'dialing',
    'answered',
    'ended',
  ]);
  expect(await parts.sql('SELECT event_id FROM $schema.livekit_webhooks')).toEqual(before);
  expect(carrier.rings().every(({ invites }) => invites === 1)).toBe(true);
}, 120_000);
