import { createHash, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';

import { roomName } from '@dialplane/calls';
import type { Attempt, Call, WebhookOwners, WebhookStore } from '@dialplane/calls';
import { createWebhookKeyReader, createWebhookStore } from '@dialplane/database';
import { createLiveKitClient } from '@dialplane/livekit';
import type { LiveKitEvent } from '@dialplane/livekit';
import { startLiveKitServer, startRedis } from '@dialplane/real-parts';
import { createLocalKeyWrapper, createSecretBox, importKeyEncryptionKey } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';
import { createLogger } from '@dialplane/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';

import { createDepartures } from '../src/webhooks/create-departures.ts';
import { createFindWebhookKeys } from '../src/webhooks/find-webhook-keys.ts';
import { refuseEarly } from '../src/webhooks/refuse-early.ts';
import { startWebhookServer, WEBHOOK_PATH } from '../src/webhooks/start-webhook-server.ts';
import type { RunningWebhookServer } from '../src/webhooks/start-webhook-server.ts';
import { takeWebhook } from '../src/webhooks/take-webhook.ts';
import type { TakeWebhookParts } from '../src/webhooks/take-webhook.ts';
import { startCallService, until } from './call-service.ts';
import type { CallService } from './call-service.ts';
import { OTHER_TENANT, TENANT } from './known-ids.ts';

const ORIGIN = 'https://livekit.example.com';
const OTHER_ORIGIN = 'https://other.example.com';
const KEY = { apiKey: 'APIone', apiSecret: 'secret-of-one-0123456789012345678901234567' };
const OTHER_KEY = { apiKey: 'APIother', apiSecret: 'secret-of-other-01234567890123456789012345' };

const SECOND_KEY = { apiKey: 'APIsecond', apiSecret: 'secret-of-second-0123456789012345678901234' };
const MAX_BODIES = 24;

let service: CallService;
let secretBox: SecretBox;
let store: WebhookStore;
let server: RunningWebhookServer;
let parts: TakeWebhookParts;
const lines: string[] = [];
const nudged: string[] = [];

beforeAll(async () => {
  service = await startCallService();
  secretBox = createSecretBox(createLocalKeyWrapper(await importKeyEncryptionKey(new Uint8Array(32).fill(7))));
  store = createWebhookStore(service.db);
  const keysOf = createFindWebhookKeys({
    webhookKeys: createWebhookKeyReader(service.db),
    openSecret: secretBox.open,
    environmentCredential: undefined,
    keptMs: 0,
  });
  parts = {
    keysOf,
    store: (origin: string, event: LiveKitEvent, owners: WebhookOwners) => store.store({ ...event, origin }, owners),
    nudge: (callId: string) => void nudged.push(callId),
  };
  server = await startWebhookServer({
    listen: '127.0.0.1:0',
    refuseEarly: (authorization) => refuseEarly(parts.keysOf, authorization),
    take: (body, authorization) => takeWebhook(parts, body, authorization),
    maxBodies: MAX_BODIES,
    logger: createLogger({ service: 'test', level: 'debug', destination: { write: (line) => lines.push(line) } }),
  });
  await addConfig(TENANT, `${ORIGIN}/`, KEY);
  await addConfig(OTHER_TENANT, 'wss://other.example.com', OTHER_KEY);
});
afterAll(async () => {
  await server.stop(1_000);
  await service.stop();
});
beforeEach(() => {
  nudged.length = 0;
  lines.length = 0;
});

async function addConfig(
  tenantId: string | null,
  url: string,
  { apiKey, apiSecret }: typeof KEY,
  { isActive = true, isSealed = true } = {},
): Promise<void> {
  const configId = randomUUID();
  const sealed = isSealed ? await secretBox.seal(apiSecret, { tenantId, configId, field: 'api_secret' }) : null;
  await service.sql(
    `INSERT INTO $schema.voice_agent_livekit (id, tenant_id, name, url, api_key, api_secret_sealed, trunk_id, worker_name, is_active)
     VALUES ($1::uuid, $2, $1::uuid::text, $3, $4, $5, 'ST_test', 'nobody', $6)`,
    [configId, tenantId, url, apiKey, JSON.stringify(sealed), isActive],
  );
}

/** A webhook as LiveKit writes it. */
function webhook(room: string, change: object = {}): string {
  return JSON.stringify({
    event: 'participant_left',
    id: `EV_${randomUUID()}`,
    createdAt: '1767225600',
    room: { sid: 'RM_1', name: room, turnPassword: 'turn-password' },
    participant: {
      sid: 'PA_1',
      identity: 'callee-1',
      kind: 'SIP',
      attributes: { 'sip.callStatus': 'hangup' },
      disconnectReason: 'CLIENT_INITIATED',
    },
    ...change,
  });
}

async function sign(body: string, { apiKey, apiSecret }: typeof KEY = KEY, seconds = 300): Promise<string> {
  return new SignJWT({ sha256: createHash('sha256').update(body).digest('base64') })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(apiKey)
    .setNotBefore(Math.floor(Date.now() / 1000) - 5)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(apiSecret));
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly authorization?: string | undefined;
}

/** Sends a request and gives the status of its answer. */
function send(body: string | Buffer, { method = 'POST', path = WEBHOOK_PATH, authorization }: Sent = {}) {
  const { hostname, port } = new URL(`http://${server.address}`);
  const headers = { 'Content-Type': 'application/webhook+json', ...(authorization !== undefined && { authorization }) };
  return new Promise<{ status: number; allow: string | undefined }>((resolve, reject) => {
    const sending = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, allow: response.headers.allow }));
    });
    sending.on('error', reject).end(body);
  });
}

const sendSigned = async (body: string, key = KEY) =>
  (await send(body, { authorization: await sign(body, key) })).status;

async function aRoom(tenantId = TENANT): Promise<{ callId: string; room: string }> {
  const { call } = await service.accept('dispatcher', {}, tenantId);
  return { callId: call.id, room: roomName(call.id, 1) };
}

describe('a webhook that is signed with an active key of its deployment', () => {
  test('is stored without its secrets before it is answered, and points to its call', async () => {
    const { callId, room } = await aRoom();
    expect(await sendSigned(webhook(room))).toBe(200);
    const [event] = await store.ofRoom(TENANT, room);
    expect(event).toMatchObject({
      origin: ORIGIN,
      kind: 'participant_left',
      participant: { identity: 'callee-1', disconnectReason: 'CLIENT_INITIATED' },
    });
    expect(JSON.stringify(event?.redactedBody)).not.toContain('turn-password');
    expect(nudged).toEqual([callId]);
  });

  test('sent again, is answered again and stored once', async () => {
    const { room } = await aRoom();
    const body = webhook(room);
    const authorization = await sign(body);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body, { authorization })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await store.ofRoom(TENANT, room)).toHaveLength(1);
    expect(nudged).toHaveLength(1);
  });

  test('in another order than it happened, is stored as it came', async () => {
    const { room } = await aRoom();
    const left = webhook(room, { createdAt: '1767225610' });
    const joined = webhook(room, { event: 'participant_joined', createdAt: '1767225600' });
    expect(await sendSigned(left)).toBe(200);
    expect(await sendSigned(joined)).toBe(200);
    expect((await store.ofRoom(TENANT, room)).map(({ kind }) => kind)).toEqual([
      'participant_left',
      'participant_joined',
    ]);
  });

  test.each([
    ['a room that is none of ours', 'lobby'],
    ['a room of a call that is not there', roomName(randomUUID(), 1)],
  ])('about %s, is taken', async (_what, room) => {
    expect(await sendSigned(webhook(room))).toBe(200);
    expect(await store.ofRoom(TENANT, room)).toEqual([]);
    expect(nudged).toEqual([]);
  });

  test('about no room, is taken', async () => {
    expect(await sendSigned(webhook('', { room: undefined, participant: undefined, event: 'egress_started' }))).toBe(
      200,
    );
    expect(nudged).toEqual([]);
  });

  test('with any of the secrets that configs have for the key, counts', async () => {
    const renewed = { ...KEY, apiSecret: 'secret-of-one-renewed-01234567890123456789' };
    await addConfig(null, ORIGIN, renewed);
    const { room } = await aRoom();
    expect(await sendSigned(webhook(room), renewed)).toBe(200);
    expect(await sendSigned(webhook(room))).toBe(200);
    expect(await store.ofRoom(TENANT, room)).toHaveLength(2);
  });

  test('moves no call', async () => {
    const { callId, room } = await aRoom();
    expect(await sendSigned(webhook(room))).toBe(200);
    expect(await service.calls.get(TENANT, callId)).toMatchObject({ state: 'accepted', lastEvent: 1 });
  });
});

describe("a webhook about a tenant's room", () => {
  const target = { serverUrl: 'wss://livekit.example.com' };
  const departuresOf = (tenantId: string, room: string) =>
    createDepartures(store)({ tenantId } as Call, { room, target } as Attempt);

  test("counts with the tenant's own key, and with an operator's", async () => {
    const operators = { apiKey: 'APIoperator', apiSecret: 'secret-of-operator-0123456789012345678901' };
    await addConfig(null, ORIGIN, operators);
    const { room } = await aRoom();
    expect(await sendSigned(webhook(room))).toBe(200);
    expect(await departuresOf(TENANT, room)).toMatchObject([{ identity: 'callee-1' }]);
    expect(await sendSigned(webhook(room), operators)).toBe(200);
    expect(await departuresOf(TENANT, room)).toHaveLength(2);
  });

  test('that another deployment sends says nothing', async () => {
    await addConfig(TENANT, OTHER_ORIGIN, SECOND_KEY);
    const { room } = await aRoom();
    expect(await sendSigned(webhook(room), SECOND_KEY)).toBe(200);
    expect(await store.ofRoom(TENANT, room)).toMatchObject([{ origin: OTHER_ORIGIN }]);
    expect(await departuresOf(TENANT, room)).toEqual([]);
  });

  describe("signed by another tenant, whose config names this one's server", () => {
    const invented = { apiKey: 'APIinvented', apiSecret: 'secret-that-was-invented-0123456789012345' };
    const namesake = { ...KEY, apiSecret: 'secret-that-was-invented-too-0123456789012' };
    beforeAll(async () => {
      await addConfig(OTHER_TENANT, ORIGIN, invented);
      await addConfig(OTHER_TENANT, ORIGIN, namesake);
    });

    test.each([
      ['a key that was invented', invented],
      ["the name of this one's key and another secret", namesake],
      ["a key of another server of that tenant's", OTHER_KEY],
    ])('with %s, is taken and counts for nothing', async (_what, key) => {
      const { room } = await aRoom();
      expect(await sendSigned(webhook(room), key)).toBe(200);
      expect(await departuresOf(TENANT, room)).toEqual([]);
      expect(await departuresOf(OTHER_TENANT, room)).toEqual([]);
      expect(nudged).toEqual([]);
    });

    test('does not stand in the way of the true one with the same id', async () => {
      const { callId, room } = await aRoom();
      const { room: own } = await aRoom(OTHER_TENANT);
      const id = `EV_${randomUUID()}`;
      expect(await sendSigned(webhook(room, { id }), invented)).toBe(200);
      expect(await sendSigned(webhook(own, { id }), invented)).toBe(200);
      nudged.length = 0;
      expect(await sendSigned(webhook(room, { id }))).toBe(200);
      expect(await departuresOf(TENANT, room)).toHaveLength(1);
      expect(nudged).toEqual([callId]);
    });

    test('twin: where every key counts for everybody, it says how the call ended', async () => {
      const { room } = await aRoom();
      const body = webhook(room);
      const unowned: TakeWebhookParts = { ...parts, store: (origin, event) => parts.store(origin, event, [null]) };
      await takeWebhook(unowned, Buffer.from(body), await sign(body, invented));
      expect(await departuresOf(TENANT, room)).toMatchObject([{ disconnectReason: 'CLIENT_INITIATED' }]);
    });
  });
});

describe('refused, and nothing is stored', () => {
  const disabled = { apiKey: 'APIoff', apiSecret: 'secret-of-off-0123456789012345678901234567' };
  const unsealed = { apiKey: 'APIunsealed', apiSecret: 'secret-of-unsealed-01234567890123456789012' };
  beforeAll(async () => {
    await addConfig(TENANT, ORIGIN, disabled, { isActive: false });
    await addConfig(TENANT, ORIGIN, unsealed, { isSealed: false });
  });

  test.each<[what: string, status: number, make: (body: string) => Promise<Sent>]>([
    ['unsigned', 401, async () => ({})],
    ['with an empty signature', 401, async () => ({ authorization: '' })],
    ['with a signature that is none', 401, async () => ({ authorization: 'Bearer a.b.c' })],
    ['signed for another body', 401, async () => ({ authorization: await sign('{}') })],
    [
      "signed with another deployment's secret",
      401,
      async (body) => ({ authorization: await sign(body, { ...OTHER_KEY, apiKey: KEY.apiKey }) }),
    ],
    [
      'signed with a key that nobody has',
      401,
      async (body) => ({ authorization: await sign(body, { ...KEY, apiKey: 'APInobody' }) }),
    ],
    ['signed with a key that is switched off', 401, async (body) => ({ authorization: await sign(body, disabled) })],
    [
      'signed with a key whose secret is not sealed',
      401,
      async (body) => ({ authorization: await sign(body, unsealed) }),
    ],
    ['whose signature has expired', 401, async (body) => ({ authorization: await sign(body, KEY, -600) })],
    ['to another path', 404, async (body) => ({ authorization: await sign(body), path: '/webhooks' })],
    ['with another method', 405, async (body) => ({ authorization: await sign(body), method: 'PUT' })],
  ])('%s', async (_what, status, make) => {
    const { room } = await aRoom();
    const body = webhook(room);
    const sent = await make(body);
    expect(await send(body, sent)).toEqual({ status, allow: status === 405 ? 'POST' : undefined });
    expect(await store.ofRoom(TENANT, room)).toEqual([]);
    expect(nudged).toEqual([]);
  });

  test.each([
    ['no JSON', 'event'],
    ['no event', '{}'],
    ['a time after the year 9999', webhook('lobby', { createdAt: '253402300800' })],
    ['a time before 1970', webhook('lobby', { createdAt: '-1' })],
    ['an event without an id', JSON.stringify({ event: 'room_started', createdAt: '1' })],
  ])('signed, and %s', async (_what, body) => {
    expect(await sendSigned(body)).toBe(400);
  });

  test('10 MB', async () => {
    const { room } = await aRoom();
    const body = webhook(room, { padding: 'x'.repeat(10 * 1024 * 1024) });
    expect(await sendSigned(body)).toBe(413);
    expect(await store.ofRoom(TENANT, room)).toEqual([]);
  });

  describe('before a byte of the body is read', () => {
    /** A request whose body never comes, and the status of its answer. */
    async function sendHead(authorization: string | undefined, length: number) {
      const { hostname, port } = new URL(`http://${server.address}`);
      const headers = { 'Content-Length': length, ...(authorization !== undefined && { authorization }) };
      const sending = httpRequest({ hostname, port, method: 'POST', path: WEBHOOK_PATH, headers, agent: false });
      sending.on('error', () => undefined).flushHeaders();
      const response = await new Promise<IncomingMessage>((resolve) => sending.on('response', resolve));
      sending.destroy();
      return response.statusCode;
    }
    const namedKey = (iss: unknown) => `a.${Buffer.from(JSON.stringify({ iss })).toString('base64url')}.c`;

    test.each<[what: string, status: number, authorization: string | undefined, length: number]>([
      ['without a signature', 401, undefined, 1_000],
      ['with a signature that is none', 401, 'Bearer x', 1_000],
      ['with a key that nobody has', 401, namedKey('APInobody'), 1_000],
      ['with a key that no database can hold', 401, namedKey('API\0'), 1_000],
      ['with a key of 10,000 characters', 401, namedKey('A'.repeat(10_000)), 1_000],
      ['10 MB, with a key that nobody has', 401, namedKey('APInobody'), 10 * 1024 * 1024],
      ['10 MB, with a key that somebody has', 413, namedKey(KEY.apiKey), 10 * 1024 * 1024],
    ])('%s', async (_what, status, authorization, length) => {
      expect(await sendHead(authorization, length)).toBe(status);
    });

    test('when as many are being read as may be; each that is done makes room', async () => {
      const { hostname, port } = new URL(`http://${server.address}`);
      const slow = Array.from({ length: MAX_BODIES }, () => connect(Number(port), hostname));
      for (const socket of slow) {
        socket.on('error', () => undefined);
        socket.write(
          `POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: ${namedKey(KEY.apiKey)}\r\nContent-Length: 1000\r\n\r\nx`,
        );
      }
      await until(async () => (await send('x', { authorization: namedKey(KEY.apiKey) })).status === 503);
      for (const socket of slow) socket.destroy();
      const { room } = await aRoom();
      await until(async () => (await sendSigned(webhook(room))) === 200);
    });
  });

  test('by drops: the connection is cut', async () => {
    const { hostname, port } = new URL(`http://${server.address}`);
    const heads = ['', `Authorization: ${await sign('')}\r\nContent-Length: 1000\r\n\r\n`];
    await Promise.all(
      heads.map(async (head) => {
        const socket = connect(Number(port), hostname);
        const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => undefined));
        socket.resume().write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: a\r\n${head}`);
        const dripping = setInterval(() => socket.write(head === '' ? 'X-A: b\r\n' : 'x'), 200);
        await closed;
        clearInterval(dripping);
      }),
    );
  }, 15_000);

  test('without end: the connection is cut', async () => {
    const { hostname, port } = new URL(`http://${server.address}`);
    const socket = connect(Number(port), hostname);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => undefined));
    socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const writing = setInterval(() => socket.write(chunk), 5);
    await closed;
    clearInterval(writing);
  });

  test('twin: where whoever signs brings the key, what anybody sends is stored', async () => {
    const { room } = await aRoom();
    const body = webhook(room);
    const made = { apiKey: 'APImade', apiSecret: 'secret-that-was-made-up-012345678901234567' };
    const authorization = await sign(body, made);
    expect((await send(body, { authorization })).status).toBe(401);
    const unchecked = { ...parts, keysOf: async () => new Map([[ORIGIN, [{ ...made, owners: [TENANT] }]]]) };
    expect(await takeWebhook(unchecked, Buffer.from(body), authorization)).toEqual({ kind: 'taken' });
    expect(await store.ofRoom(TENANT, room)).toHaveLength(1);
  });
});

test.each(['0.0.0.0:0', '192.0.2.1:80', 'nonsense'])('webhooks are not taken on %s', async (listen) => {
  const take = async () => ({ kind: 'taken' }) as const;
  const logger = createLogger({ service: 'test', level: 'silent' });
  await expect(startWebhookServer({ listen, refuseEarly: async () => undefined, take, logger })).rejects.toThrow(
    listen,
  );
});

test('a port that is taken is named', async () => {
  const take = async () => ({ kind: 'taken' }) as const;
  const logger = createLogger({ service: 'test', level: 'silent' });
  await expect(
    startWebhookServer({ listen: server.address, refuseEarly: async () => undefined, take, logger }),
  ).rejects.toThrow(server.address);
});

test('a webhook that cannot be stored is to be sent again', async () => {
  const { room } = await aRoom();
  const body = webhook(room);
  const bringBack = await service.database.takeDown();
  expect(await sendSigned(body)).toBe(503);
  await bringBack();
  expect(await sendSigned(body)).toBe(200);
  expect(await store.ofRoom(TENANT, room)).toHaveLength(1);
});

test('no line of the log holds a token, a body or a secret', async () => {
  const { room } = await aRoom();
  const body = webhook(room);
  const authorization = await sign(body);
  await send(body, { authorization });
  await send(body, { authorization: `${authorization}x` });
  await send(body);
  await send('x', { authorization });
  const log = lines.join('\n');
  expect(log).toContain('a webhook was refused');
  for (const secret of [
    authorization.split('.')[2] ?? '',
    authorization.split('.')[1] ?? '',
    KEY.apiSecret,
    'callee-1',
    room,
  ])
    expect(log).not.toContain(secret);
});

test('a real LiveKit server delivers what happens in a room', async () => {
  const redis = await startRedis();
  const livekit = await startLiveKitServer({
    redisUrl: redis.url,
    webhookUrl: `http://${server.address}${WEBHOOK_PATH}`,
  });
  try {
    await addConfig(TENANT, livekit.wsUrl, livekit);
    const { callId, room } = await aRoom();
    const client = createLiveKitClient(livekit);
    await client.createRoom({ name: room, agentName: 'nobody', metadata: '{}', emptyTimeoutSeconds: 60 });
    await client.deleteRoom(room);
    const kindsOf = async () => (await store.ofRoom(TENANT, room)).map(({ kind }) => kind);
    await until(async () => (await kindsOf()).includes('room_finished'));
    expect((await store.ofRoom(TENANT, room))[0]).toMatchObject({ origin: livekit.url });
    expect(nudged).toContain(callId);
  } finally {
    await livekit.stop();
    await redis.stop();
  }
}, 120_000);
