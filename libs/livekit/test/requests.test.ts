import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenVerifier } from 'livekit-server-sdk';

import { createLiveKitClient, LiveKitError, type LiveKitClient } from '../src/index.ts';
import { sendJson, startLocalServer, type LocalServer } from './local-server.ts';

const API_KEY = 'APIexample';
const API_SECRET = 'not-a-secret-not-a-secret-not-a-secret';
const ROOM = { name: 'call-1', agentName: 'sales', metadata: '{"version":1}', emptyTimeoutSeconds: 300 };
const DIAL = {
  room: 'call-1',
  identity: 'callee-1',
  sipTrunkId: 'ST_1',
  number: '+12125550123',
  callerId: '+12125550100',
  sipHeaders: {},
  attributes: {},
  ringingTimeoutSeconds: 30,
  maxDurationSeconds: 3600,
};

let server: LocalServer;
let client: LiveKitClient;

beforeAll(async () => {
  server = await startLocalServer((response, { url }) => {
    if (url?.endsWith('/CreateSIPParticipant')) {
      return sendJson(response, 200, { room_name: 'call-1', participant_identity: 'callee-1', sip_call_id: 'SCL_1' });
    }
    if (url?.endsWith('/CreateRoom')) return sendJson(response, 200, { sid: 'RM_1', name: 'call-1' });
    if (!url?.endsWith('/ListSIPOutboundTrunk')) return sendJson(response, 200, {});
    const trunk = { sip_trunk_id: 'ST_1', name: 'one', address: 'sip.example.com', numbers: ['+12125550100'] };
    return sendJson(response, 200, {
      items: [{ ...trunk, auth_username: 'user', auth_password: 'not-to-be-seen', headers: {} }],
    });
  });
  client = createLiveKitClient({ url: server.url, apiKey: API_KEY, apiSecret: API_SECRET });
});

beforeEach(() => {
  server.requests.splice(0);
});

afterAll(() => server.close());

describe('a request carries a token of its own, for a few seconds, with the least grants', () => {
  test.each<[string, (client: LiveKitClient) => Promise<unknown>, object]>([
    ['RoomService/ListRooms', (client) => client.probe(), { video: { roomList: true } }],
    ['RoomService/ListRooms', (client) => client.listRooms(['call-1']), { video: { roomList: true } }],
    ['RoomService/CreateRoom', (client) => client.createRoom(ROOM), { video: { roomCreate: true } }],
    ['RoomService/DeleteRoom', (client) => client.deleteRoom('call-1'), { video: { roomCreate: true } }],
    [
      'RoomService/ListParticipants',
      (client) => client.listParticipants('call-1'),
      { video: { roomAdmin: true, room: 'call-1' } },
    ],
    [
      'AgentDispatchService/ListDispatch',
      (client) => client.listAgentDispatches('call-1'),
      { video: { roomAdmin: true, room: 'call-1' } },
    ],
    ['SIP/ListSIPOutboundTrunk', (client) => client.listOutboundTrunks(), { sip: { admin: true } }],
    [
      'RoomService/RemoveParticipant',
      (client) => client.removeParticipant('call-1', 'callee-1'),
      { video: { roomAdmin: true, room: 'call-1' } },
    ],
    ['SIP/CreateSIPParticipant', async (client) => (await client.prepareDial(DIAL)).send(), { sip: { call: true } }],
  ])('%s', async (method, send, grants) => {
    await send(client);
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.path).toBe(`/twirp/livekit.${method}`);
    const token = request?.headers.authorization?.replace('Bearer ', '') ?? '';
    const {
      iss,
      exp = 0,
      nbf = 0,
      ...rest
    } = (await new TokenVerifier(API_KEY, API_SECRET).verify(token)) as Record<string, unknown> & {
      exp?: number;
      nbf?: number;
    };
    expect(iss).toBe(API_KEY);
    expect(exp - nbf).toBeLessThanOrEqual(5);
    expect(rest).toEqual(grants);
  });
});

test('one createRoom carries the room, its agent and what the agent is told', async () => {
  await client.createRoom(ROOM);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    name: 'call-1',
    emptyTimeout: 300,
    agents: [{ agentName: 'sales', metadata: '{"version":1}' }],
  });
});

test('requests to one server share a connection, whatever their key and however the URL is written', async () => {
  const before = server.connections();
  const other = createLiveKitClient({
    url: server.url.replace('http:', 'ws:'),
    apiKey: 'APIother',
    apiSecret: API_SECRET,
  });
  for (let round = 0; round < 10; round++) {
    await client.probe();
    await other.probe();
  }
  expect(server.connections() - before).toBeLessThanOrEqual(1);
});

test('a trunk is listed without its password', async () => {
  expect(await client.listOutboundTrunks()).toStrictEqual([
    { id: 'ST_1', name: 'one', address: 'sip.example.com', numbers: ['+12125550100'] },
  ]);
});

test('no names are no rooms, not all of them', async () => {
  expect(await client.listRooms([])).toEqual([]);
  expect(server.requests).toHaveLength(0);
});

describe('what LiveKit would accept and nobody wants is refused before it is sent', () => {
  test.each([
    ['an empty room name', { name: '' }],
    ['a room name with a space', { name: 'call 1' }],
    ['a room name with a NUL', { name: 'call\0' }],
    ['a room name with a newline', { name: 'call\n' }],
    ['a room name of 257 characters', { name: 'x'.repeat(257) }],
    ['a room name that is not ASCII', { name: 'call-１' }],
    ['an empty agent name', { agentName: '' }],
    ['an agent name of spaces', { agentName: '  ' }],
    ['an agent name with a newline', { agentName: 'sales\n' }],
    ['an agent name of 257 characters', { agentName: 'x'.repeat(257) }],
    ['metadata over 64 KiB', { metadata: 'é'.repeat(32 * 1024 + 1) }],
    ['metadata with half a character', { metadata: '\ud800' }],
    ['no time-out', { emptyTimeoutSeconds: 0 }],
    ['a fraction of a second', { emptyTimeoutSeconds: 0.5 }],
  ])('%s', async (_, change) => {
    const error = await client.createRoom({ ...ROOM, ...change }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LiveKitError);
    expect(error).toMatchObject({ kind: 'refused', outcome: 'not_sent' });
    expect(server.requests).toHaveLength(0);
  });

  test('and what it accepts and is wanted is sent', async () => {
    await client.createRoom({ ...ROOM, agentName: 'Verkauf – مبيعات', metadata: 'é'.repeat(32 * 1024) });
    expect(server.requests).toHaveLength(1);
  });
});

test('an empty key or secret is refused, and not replaced by the one in the environment', async () => {
  process.env.LIVEKIT_API_KEY = 'APIanother-tenants';
  process.env.LIVEKIT_API_SECRET = 'another-tenants-secret';
  try {
    for (const key of [
      { apiKey: '', apiSecret: API_SECRET },
      { apiKey: API_KEY, apiSecret: '' },
    ]) {
      const probe = createLiveKitClient({ url: server.url, ...key }).probe();
      await expect(probe).rejects.toMatchObject({ kind: 'credential_refused', outcome: 'not_sent' });
    }
  } finally {
    delete process.env.LIVEKIT_API_KEY;
    delete process.env.LIVEKIT_API_SECRET;
  }
  expect(server.requests).toHaveLength(0);
});
