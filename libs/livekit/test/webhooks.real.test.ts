import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAgentWorker, startLiveKitServer, startRedis } from '@dialplane/real-parts';

import { apiKeyOf, createLiveKitClient, readWebhook, type LiveKitEvent } from '../src/index.ts';

const AGENT_NAME = 'agent of this test';

type Started<Start extends (...args: never[]) => unknown> = Awaited<ReturnType<Start>>;

const received: { readonly body: Buffer; readonly authorization: string }[] = [];
let receiver: Server;
let redis: Started<typeof startRedis>;
let server: Started<typeof startLiveKitServer>;
let worker: Started<typeof startAgentWorker>;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push({ body, authorization: request.headers.authorization ?? '' });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  redis = await startRedis();
  server = await startLiveKitServer({
    redisUrl: redis.url,
    webhookUrl: `http://127.0.0.1:${port}/webhooks/livekit`,
  });
  worker = await startAgentWorker({ ...server, agentName: AGENT_NAME });
}, 180_000);

afterAll(async () => {
  await worker?.stop();
  await server?.stop();
  await redis?.stop();
  receiver?.closeAllConnections();
  receiver?.close();
});

/** The event of this kind about this room, once it has come. */
async function eventOf(kind: string, room: string): Promise<LiveKitEvent> {
  for (;;) {
    for (const { body, authorization } of received) {
      const reading = await readWebhook(body, authorization, [server]);
      if (reading.kind !== 'ok') throw new Error(`A real webhook was refused: ${reading.why}.`);
      if (reading.event.kind === kind && reading.event.room === room) return reading.event;
    }
    await sleep(50);
  }
}

test('a real server’s webhooks are read, from the room’s start to its end, with who left and why', async () => {
  const livekit = createLiveKitClient(server);
  const room = `call-${randomUUID()}`;
  const metadata = JSON.stringify({ purpose: 'probe' });
  await livekit.createRoom({ name: room, agentName: AGENT_NAME, metadata, emptyTimeoutSeconds: 300 });
  const started = await eventOf('room_started', room);
  expect(started).toMatchObject({ id: expect.stringMatching(/^EV_/), participant: undefined });
  expect(Math.abs(started.createdAt.getTime() - Date.now())).toBeLessThan(30_000);

  // It sends what nobody should keep; else the redaction would have nothing to do.
  const bodies = received.map(({ body }) => body.toString()).join('\n');
  const [, turnPassword = ''] = /"turnPassword":\s*"([^"]+)"/.exec(bodies) ?? [];
  expect(turnPassword.length).toBeGreaterThan(8);
  expect(JSON.stringify(started.redactedBody)).not.toContain(turnPassword);

  const joined = await eventOf('participant_joined', room);
  expect(joined.participant).toMatchObject({ kind: 'agent', attributes: { 'lk.agent_name': AGENT_NAME } });
  const identity = joined.participant?.identity ?? '';
  expect((await livekit.findAgent(room, AGENT_NAME))?.identity).toBe(identity);
  await livekit.removeParticipant(room, identity);
  expect((await eventOf('participant_left', room)).participant).toMatchObject({
    identity,
    disconnectReason: 'PARTICIPANT_REMOVED',
  });
  await expect(livekit.removeParticipant(room, identity)).rejects.toMatchObject({ kind: 'not_found' });
  await livekit.deleteRoom(room);
  await eventOf('room_finished', room);

  const [first] = received;
  if (first === undefined) throw new Error('Nothing was received.');
  expect(apiKeyOf(first.authorization)).toBe(server.apiKey);
  const wrong = { apiKey: server.apiKey, apiSecret: 'x'.repeat(43) };
  expect(await readWebhook(first.body, first.authorization, [wrong])).toMatchObject({ why: 'bad_signature' });
  const tampered = first.body.toString().replace(room, `${room}x`);
  expect(await readWebhook(tampered, first.authorization, [server])).toMatchObject({ why: 'bad_signature' });
});
