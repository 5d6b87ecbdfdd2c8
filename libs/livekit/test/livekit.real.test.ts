import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';
import { AgentDispatchClient, SipClient, SIPOutboundTrunkInfo } from 'livekit-server-sdk';

import { createLiveKitClient, type NewRoom } from '../src/index.ts';

interface Deployment {
  readonly url: string;
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

const [here, elsewhere] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [Deployment, Deployment];
const livekit = createLiveKitClient(here);
const made: string[] = [];

/** A room that asks for an agent that nobody has. */
function newRoom(): NewRoom {
  const name = `call-${randomUUID()}`;
  made.push(name);
  return { name, agentName: 'nobody', metadata: '{"version":1}', emptyTimeoutSeconds: 300 };
}

afterAll(async () => {
  for (const name of made) await livekit.deleteRoom(name).catch(() => {});
});

describe('a probe', () => {
  test('succeeds with the right key, by http and by ws', async () => {
    await livekit.probe();
    await createLiveKitClient({ ...here, url: here.wsUrl }).probe();
  });

  test.each([
    ['a wrong secret', { apiSecret: 'x'.repeat(43) }],
    ['a key that the server does not have', { apiKey: 'APInobody' }],
    ['another server’s key', { apiKey: elsewhere.apiKey, apiSecret: elsewhere.apiSecret }],
  ])('tells %s from everything else, without the token that LiveKit repeats', async (_, key) => {
    const error = await createLiveKitClient({ ...here, ...key })
      .probe()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'credential_refused', outcome: 'rejected' });
    expect(String(error)).not.toContain('eyJ');
  });
});

test('http and ws URLs are the same server, and another deployment is another', async () => {
  const { name } = await livekit.createRoom(newRoom());
  const [room] = await createLiveKitClient({ ...here, url: here.wsUrl }).listRooms([name]);
  expect(room).toMatchObject({ name });
  expect(await createLiveKitClient(elsewhere).listRooms([name])).toEqual([]);
});

describe('createRoom', () => {
  test('sent ten times at once makes one room with one agent dispatch', async () => {
    const room = newRoom();
    const created = await Promise.all(Array.from({ length: 10 }, () => livekit.createRoom(room)));
    expect(new Set(created.map(({ sid }) => sid)).size).toBe(1);
    expect(await livekit.listAgentDispatches(room.name)).toHaveLength(1);
  });

  test('carries the agent dispatch, which createDispatch would make twice', async () => {
    const room = newRoom();
    await livekit.createRoom(room);
    const dispatches = new AgentDispatchClient(here.url, here.apiKey, here.apiSecret);
    await dispatches.createDispatch(room.name, 'another');
    await dispatches.createDispatch(room.name, 'another');
    const names = (await livekit.listAgentDispatches(room.name)).map(({ agentName }) => agentName);
    expect(names.sort()).toEqual(['another', 'another', 'nobody']);
  });

  test('succeeds, and names a dispatch, when nobody has the agent', async () => {
    const room = newRoom();
    const { sid } = await livekit.createRoom(room);
    expect(sid).toMatch(/^RM_/);
    expect(await livekit.listAgentDispatches(room.name)).toEqual([
      { id: expect.stringMatching(/^AD_/), agentName: 'nobody', metadata: room.metadata, jobs: 0 },
    ]);
    expect(await livekit.findAgent(room.name, 'nobody')).toBeUndefined();
  });

  test('for a living room with another agent changes nothing there', async () => {
    const room = newRoom();
    const { sid } = await livekit.createRoom(room);
    expect(await livekit.createRoom({ ...room, agentName: 'another' })).toEqual({ name: room.name, sid });
    expect(await livekit.listAgentDispatches(room.name)).toMatchObject([{ agentName: 'nobody' }]);
  });

  test('after deleteRoom launches the agent again', async () => {
    const room = newRoom();
    const first = await livekit.createRoom(room);
    await livekit.deleteRoom(room.name);
    expect(await livekit.listRooms([room.name])).toEqual([]);
    await expect(livekit.deleteRoom(room.name)).rejects.toMatchObject({ kind: 'not_found', outcome: 'rejected' });
    expect((await livekit.createRoom(room)).sid).not.toBe(first.sid);
    expect(await livekit.listAgentDispatches(room.name)).toHaveLength(1);
  });
});

test('a room that does not exist has no participants, and listing its dispatches fails without proving anything', async () => {
  expect(await livekit.listParticipants('call-of-nobody')).toEqual([]);
  await expect(livekit.listAgentDispatches('call-of-nobody')).rejects.toMatchObject({
    kind: 'server_error',
    outcome: 'unknown',
  });
});

test('a trunk is listed with its numbers, and without the password that LiveKit sends along', async () => {
  const sip = new SipClient(here.url, here.apiKey, here.apiSecret);
  const { sipTrunkId } = await sip.createSipOutboundTrunk('carrier one', 'sip.example.com', ['+12125550100'], {
    authUsername: 'user',
    authPassword: 'not-to-be-seen',
    transport: new SIPOutboundTrunkInfo().transport,
  });
  try {
    expect(JSON.stringify(await sip.listSipOutboundTrunk())).toContain('not-to-be-seen');
    const trunks = await livekit.listOutboundTrunks();
    expect(trunks).toContainEqual({
      id: sipTrunkId,
      name: 'carrier one',
      address: 'sip.example.com',
      numbers: ['+12125550100'],
    });
    expect(JSON.stringify(trunks)).not.toContain('not-to-be-seen');
  } finally {
    await sip.deleteSipTrunk(sipTrunkId);
  }
});
