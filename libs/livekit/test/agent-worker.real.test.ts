import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAgentWorker, type AgentWorker } from '@dialplane/real-parts';

import { createLiveKitClient, type Participant } from '../src/index.ts';

const [server] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [
  { url: string; wsUrl: string; apiKey: string; apiSecret: string },
];
const livekit = createLiveKitClient(server);
const AGENT_NAME = 'agent of this test';
const DIAL = {
  call_log_id: '0b5f0f0e-0000-4000-8000-000000000001',
  attempt: 1,
  sip_trunk_id: 'ST_example',
  from_number: '+12125550100',
  to_number: '+12125550123',
  ringing_timeout_seconds: 30,
  max_duration_seconds: 3600,
};

let worker: AgentWorker;

beforeAll(async () => {
  worker = await startAgentWorker({ ...server, agentName: AGENT_NAME });
});

afterAll(() => worker.stop());

async function createRoom(metadata: object): Promise<string> {
  const name = `call-${randomUUID()}`;
  await livekit.createRoom({
    name,
    agentName: AGENT_NAME,
    metadata: JSON.stringify(metadata),
    emptyTimeoutSeconds: 300,
  });
  return name;
}

/** Waits until the condition holds; the test's own time-out ends it. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(50);
  }
}

function linesOf(event: string): Record<string, unknown>[] {
  return worker
    .output()
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const lineAbout = (event: string, room: string) => until(() => linesOf(event).find((line) => line.room === room));

test('a room that is created with the agent’s name gets the agent, which says whom it would dial', async () => {
  const room = await createRoom({ version: 1, ...DIAL, metadata: {} });
  const agent = await until<Participant>(() => livekit.findAgent(room, AGENT_NAME));
  expect(agent).toMatchObject({ kind: 'agent', identity: expect.stringMatching(/^agent-AJ_/) });
  expect(await livekit.findAgent(room, 'another')).toBeUndefined();

  expect(await lineAbout('would_dial', room)).toMatchObject(DIAL);
  const told = await until(async () => (await livekit.findAgent(room, AGENT_NAME))?.attributes['dialplane.would_dial']);
  // Without forms of the carrier's in the metadata the agent dials the numbers as they are.
  expect(JSON.parse(told)).toEqual({
    ...DIAL,
    dial_number: DIAL.to_number,
    caller_id: DIAL.from_number,
    sip_headers: {},
  });

  await until(async () => ((await livekit.listAgentDispatches(room))[0]?.jobs === 1 ? true : undefined));
  await livekit.deleteRoom(room);
});

test('a probe brings the agent into the room, and nobody would be dialled', async () => {
  const room = await createRoom({ purpose: 'probe' });
  await until(() => livekit.findAgent(room, AGENT_NAME));
  await lineAbout('probe_joined', room);
  expect(linesOf('would_dial').filter((line) => line.room === room)).toEqual([]);
  await livekit.deleteRoom(room);
});

test('metadata of a version that the agent does not know is refused before it enters the room', async () => {
  const room = await createRoom({ version: 2, ...DIAL });
  expect(await lineAbout('job_refused', room)).toMatchObject({ problem: 'its version is 2; this agent knows 1' });
  expect(await livekit.findAgent(room, AGENT_NAME)).toBeUndefined();
  await livekit.deleteRoom(room);
});

test('the worker stops when it is asked to', async () => {
  const other = await startAgentWorker({ ...server, agentName: 'another agent of this test' });
  await other.stop();
  expect(other.output()).toContain('"event":"stopped"');
});
