import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLiveKitServer, startRedis } from '@dialplane/real-parts';
import { AgentDispatchClient } from 'livekit-server-sdk';

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

test('a restart launches the agents that the room was created with, whatever was asked for while it lived', async () => {
  const livekit = createLiveKitClient(server);
  const dispatches = new AgentDispatchClient(server.url, server.apiKey, server.apiSecret);
  const [plain, again, dispatched] = ['plain', 'again', 'dispatched'].map((name) => `call-${name}-${randomUUID()}`);
  const create = (name = '', agentName = AGENT_NAME) =>
    livekit.createRoom({ name, agentName, metadata: '{}', emptyTimeoutSeconds: 300 });
  const agentsIn = async (room = '') =>
    (await livekit.listAgentDispatches(room)).map(({ agentName }) => agentName).sort();

  await create(plain);
  await create(again);
  await create(again, 'nobody');
  await create(dispatched, 'nobody');
  await dispatches.createDispatch(dispatched ?? '', AGENT_NAME);
  expect(await agentsIn(plain)).toEqual([AGENT_NAME]);
  // A second createRoom changes nothing in a living room.
  expect(await agentsIn(again)).toEqual([AGENT_NAME]);
  expect(await agentsIn(dispatched)).toEqual([AGENT_NAME, 'nobody']);

  await server.kill();
  const { apiKey, apiSecret } = server;
  const port = Number(new URL(server.url).port);
  server = await startLiveKitServer({ redisUrl: redis.url, key: { apiKey, apiSecret }, port });

  // Callees come back.
  const callees = [];
  for (const room of [plain, again, dispatched]) callees.push(await retried(() => joinRoom(server, room ?? '')));
  try {
    expect(await retried(() => agentsIn(plain))).toEqual([AGENT_NAME]);
    // Nor does it change what is stored of it, so it keeps no agent from being launched again.
    expect(await retried(() => agentsIn(again))).toEqual([AGENT_NAME]);
    expect(await retried(() => agentsIn(dispatched))).toEqual(['nobody']);
  } finally {
    for (const callee of callees) callee.leave();
  }
});
