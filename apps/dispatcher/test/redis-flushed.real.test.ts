import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { startLiveKitServer, startRedis } from '@dialplane/real-parts';
import type { LiveKitServer, Redis } from '@dialplane/real-parts';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, failureOf } from './case.ts';
import type { Case } from './case.ts';
import { flushRedis } from './flush-redis.ts';

/** Of a REDIS_URL that others use as well, this one is nobody else's. */
const DATABASE = 9;
const ANSWERS = '+12125550100';
const RINGS = '+12125550119';
const TRUNK = 'ST_test';
/** More than it takes to have the trunk tried last. */
const REFUSED = 6;

let parts: Case;
let redis: Redis;
let server: LiveKitServer;
let carrier: CarrierSimulator;
beforeAll(async () => {
  redis = await startRedis({ database: DATABASE });
  server = await startLiveKitServer({ redisUrl: redis.url });
  const { url: upstream, apiKey, apiSecret } = server;
  carrier = await startCarrierSimulator({ upstream, apiKey, apiSecret, trunks: [TRUNK] });
  parts = await createCase();
  await parts.useServer(
    { ...server, url: carrier.url },
    { agentName: 'sales', dialMode: 'dispatcher', trunkId: TRUNK },
  );
}, 120_000);
afterAll(async () => {
  await parts.stop();
  await carrier.stop();
  await everybodyLeaves();
  await server.stop();
  await redis.stop();
});

const control = (method: string, body?: unknown) =>
  fetch(`${carrier.controlUrl}/trunks`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

interface Stored {
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: string;
}

async function until(callId: string, holds: (call: Stored) => boolean, ms = 20_000): Promise<Stored> {
  for (const giveUpAt = Date.now() + ms; ;) {
    const [call] = await parts.sql<Stored>(
      `SELECT c.state, c.reason, a.state AS attempt FROM $schema.voice_call_logs c
       JOIN $schema.call_attempts a ON a.call_id = c.id AND a.number = c.attempt WHERE c.id = $1`,
      [callId],
    );
    if (call !== undefined && holds(call)) return call;
    if (Date.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify(call)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const invites = (callId: string): number =>
  carrier
    .rings()
    .filter(({ identity }) => identity === `callee-${callId.replaceAll('-', '')}`)
    .reduce((sum, ring) => sum + ring.invites, 0);

/** A call with its agent in the room. */
async function place(toNumber: string): Promise<string> {
  const { callLogId, room } = await dispatch(parts.client, { toNumber, ringingTimeout: { seconds: 30, nanos: 0 } });
  await joinAsAgent(server, room, 'sales');
  return callLogId;
}

const isOver = ({ state }: Stored): boolean => ['ended', 'failed', 'cancelled'].includes(state);

/** LiveKit's server registers again by itself; until then it makes no rooms. */
async function placeWhenServed(): Promise<string> {
  for (const giveUpAt = Date.now() + 20_000; ;) {
    try {
      return await place(ANSWERS);
    } catch (error) {
      expect(await failureOf(Promise.reject(error as Error))).toMatchObject({ reason: 'DEPLOYMENT_ERROR' });
      if (Date.now() > giveUpAt) throw error;
    }
  }
}

test('Redis is emptied in mid-run: every call has an end with a reason, none rings twice, and calls go through once the trunks are back', async () => {
  const answered = await place(ANSWERS);
  await until(answered, ({ attempt }) => attempt === 'answered');
  const ringing = await place(RINGS);
  await until(ringing, ({ attempt }) => attempt === 'ringing');
  const waiting = await dispatch(parts.client, { toNumber: ANSWERS });

  await control('DELETE');
  await flushRedis(redis.url);
  const refused = [waiting.callLogId];
  while (refused.length < REFUSED) refused.push(await placeWhenServed());
  await joinAsAgent(server, waiting.room, 'sales');
  for (const callId of refused) {
    const call = await until(callId, isOver);
    expect([call.state, call.reason, invites(callId)]).toEqual(['failed', 'trunk_not_found', 0]);
  }
  // LiveKit lists nobody in the rooms that it made before.
  for (const callId of [answered, ringing]) {
    expect((await until(callId, isOver)).reason).not.toBeNull();
    expect(invites(callId)).toBe(1);
  }

  await control('PUT', [TRUNK]);
  const recovered = await place(ANSWERS);
  await until(recovered, ({ attempt }) => attempt === 'answered');
  expect(invites(recovered)).toBe(1);
  const [counted] = await parts.sql<{ open: number; keyless: number }>(
    `SELECT count(*) FILTER (WHERE c.state NOT IN ('ended', 'failed', 'cancelled'))::int AS open,
            count(*) FILTER (WHERE k.key IS NULL)::int AS keyless
     FROM $schema.voice_call_logs c LEFT JOIN $schema.idempotency_keys k ON k.call_id = c.id`,
  );
  expect(counted).toEqual({ open: 1, keyless: 0 });
}, 120_000);
