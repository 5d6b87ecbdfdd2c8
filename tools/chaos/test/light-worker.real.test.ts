import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { createLiveKitClient } from '@dialplane/livekit';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { joinRoom } from '../src/agents/join-room.ts';
import { startLightWorker } from '../src/light-worker.ts';
import type { LightJob, LightWorker } from '../src/light-worker.ts';

interface Server {
  readonly url: string;
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

const [server] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [Server];
const liveKit = createLiveKitClient(server);
let worker: LightWorker | undefined;
let agentName: string;

beforeEach(() => {
  agentName = `light-${randomUUID()}`;
});
afterEach(() => worker?.stop());

async function startWorker(onJob: (job: LightJob) => Promise<void>, isAvailable?: () => boolean): Promise<LightWorker> {
  worker = startLightWorker({ ...server, agentName, onJob, ...(isAvailable && { isAvailable }) });
  await worker.untilRegistered();
  return worker;
}
async function until<T>(look: () => Promise<T | undefined> | T | undefined, withinMs = 10_000): Promise<T> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(50);
  }
  throw new Error('It did not happen.');
}
const openRoom = async (metadata = '{}'): Promise<string> => {
  const name = `light-${randomUUID()}`;
  await liveKit.createRoom({ name, agentName, metadata, emptyTimeoutSeconds: 60 });
  return name;
};

test('registers, gets a job with its metadata, and is seen in the room as an agent of its name', async () => {
  const left = Promise.withResolvers<string>();
  await startWorker(async ({ metadata, token, signal }) => {
    expect(metadata).toBe('{"n":1}');
    const session = await joinRoom({ wsUrl: server.wsUrl, token });
    signal.addEventListener('abort', () => session.leave());
    left.resolve(await session.left);
  });
  const room = await openRoom('{"n":1}');
  const agent = await until(() => liveKit.findAgent(room, agentName));
  expect(agent).toMatchObject({ identity: expect.stringMatching(/^agent-AJ_/), kind: 'agent' });
  // It stays: LiveKit does not put it out for having no media.
  await sleep(3_000);
  expect(await liveKit.findAgent(room, agentName)).toEqual(agent);
  await liveKit.deleteRoom(room);
  // The server says so, or just ends the connection.
  expect(await left.promise).toBeTruthy();
});

test('does many jobs at once, and each ends when its agent leaves', async () => {
  const light = await startWorker(async ({ token }) => {
    const session = await joinRoom({ wsUrl: server.wsUrl, token });
    await sleep(2_000);
    session.leave();
    await session.left;
  });
  const rooms = await Promise.all(Array.from({ length: 20 }, () => openRoom()));
  await until(() => (light.jobs() === 20 ? true : undefined));
  for (const room of rooms) await until(() => liveKit.findAgent(room, agentName));
  await until(() => (light.jobs() === 0 ? true : undefined));
  for (const room of rooms) expect(await liveKit.listParticipants(room)).toEqual([]);
  await Promise.all(rooms.map((room) => liveKit.deleteRoom(room)));
});

test('a job that it does not take brings no agent', async () => {
  const offered: string[] = [];
  await startWorker(
    async ({ id }) => void offered.push(id),
    () => false,
  );
  const room = await openRoom();
  await sleep(2_000);
  expect(offered).toEqual([]);
  expect(await liveKit.listParticipants(room)).toEqual([]);
  await liveKit.deleteRoom(room);
});

test('a token that the server does not know does not get in', async () => {
  await expect(joinRoom({ wsUrl: server.wsUrl, token: 'x' })).rejects.toThrow('could not be joined');
});
