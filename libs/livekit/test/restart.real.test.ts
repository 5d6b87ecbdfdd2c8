import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLiveKitServer, startRedis } from '@dialplane/real-parts';

import { createLiveKitClient } from '../src/index.ts';
import { joinRoom } from './join-room.ts';

type Started<Start extends (...args: never[]) => unknown> = Awaited<ReturnType<Start>>;

const AGENT_NAME = 'agent of this test';
let redis: Started<typeof startRedis>;
let server: Started<typeof startLiveKitServer>;

beforeAll(async () => {
  redis = await startRedis();
  server = await startLiveKitServer({ redisUrl: redis.url });
}, 180_000);

afterAll(async () => {
  await server?.stop();
  await redis?.stop();
});

/** Answers as soon as the server does, which needs some seconds to see that its former self is gone. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 40) throw error;
      await sleep(500);
    }
  }
}

test('a disarmed room’s agent is not launched again when the server restarts, one that is not disarmed’s is', async () => {
  const livekit = createLiveKitClient(server);
  const rooms = [`call-armed-${randomUUID()}`, `call-disarmed-${randomUUID()}`] as const;
  for (const name of rooms) {
    await livekit.createRoom({ name, agentName: AGENT_NAME, metadata: '{}', emptyTimeoutSeconds: 300 });
  }
  await livekit.disarm(rooms[1]);
  const agentsIn = async (room: string) => (await livekit.listAgentDispatches(room)).map(({ agentName }) => agentName);
  // Nothing changes in the living room.
  for (const room of rooms) expect(await agentsIn(room)).toEqual([AGENT_NAME]);

  await server.kill();
  const { apiKey, apiSecret } = server;
  const port = Number(new URL(server.url).port);
  server = await startLiveKitServer({ redisUrl: redis.url, key: { apiKey, apiSecret }, port });

  // A callee who comes back.
  const callees = [];
  for (const room of rooms) callees.push(await retried(() => joinRoom(server, room)));
  expect(await retried(() => agentsIn(rooms[0]))).toEqual([AGENT_NAME]);
  expect(await retried(() => agentsIn(rooms[1]))).toEqual([expect.stringMatching(/^dialplane-disarmed-/)]);
  for (const callee of callees) callee.leave();
});
