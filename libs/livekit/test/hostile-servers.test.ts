import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';
import { RoomServiceClient } from 'livekit-server-sdk';
import { Agent, interceptors, request as sendWithUndici } from 'undici';

import { createLiveKitClient, LiveKitError } from '../src/index.ts';
import { sendJson, startLocalServer, type LocalServer } from './local-server.ts';

const API_KEY = 'APIexample';
const API_SECRET = 'not-a-secret-not-a-secret-not-a-secret';
const ROOM = { name: 'call-1', agentName: 'sales', metadata: '{}', emptyTimeoutSeconds: 300 };
const MEBIBYTE = 'x'.repeat(1024 * 1024);

const started: LocalServer[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

async function start(...answer: Parameters<typeof startLocalServer>): Promise<LocalServer> {
  const server = await startLocalServer(...answer);
  started.push(server);
  return server;
}

function clientOf(url: string, timeoutMs = 5_000) {
  return createLiveKitClient({ url, apiKey: API_KEY, apiSecret: API_SECRET, timeoutMs });
}

/** What the SDK's own client does in our place: each protection's twin without it. */
function sdkOf(url: string): RoomServiceClient {
  return new RoomServiceClient(url, API_KEY, API_SECRET);
}

async function failure(promise: Promise<unknown>): Promise<LiveKitError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LiveKitError) return error;
  throw new Error('It did not fail with a LiveKitError.', { cause: error });
}

describe('a server that redirects', () => {
  const redirecting = async (status: number) => {
    const other = await start((response) => sendJson(response, 200, { rooms: [], sid: 'RM_1', name: 'call-1' }));
    const server = await start((response) =>
      response.writeHead(status, { location: `${other.url}/elsewhere` }).end('gone'),
    );
    return { other, server };
  };

  test.each([301, 302, 303, 307, 308])('is not followed (%i)', async (status) => {
    const { other, server } = await redirecting(status);
    expect(await failure(clientOf(server.url).createRoom(ROOM))).toMatchObject({
      kind: 'redirected',
      outcome: 'rejected',
    });
    expect(other.requests).toHaveLength(0);
    expect(server.requests).toHaveLength(1);
  });

  test('would be given the request and its token by a client that follows', async () => {
    const { other, server } = await redirecting(307);
    await sdkOf(server.url).listRooms();
    expect(other.requests[0]?.path).toBe('/elsewhere');
  });
});

describe('a reply without end', () => {
  test('is cut off, and the connection with it', async () => {
    let closed = false;
    let written = 0;
    const server = await start((response) => {
      response
        .on('close', () => (closed = true))
        .writeHead(200, { 'content-type': 'application/json' })
        .write('{"rooms":["');
      const writeOn = (): void => {
        for (let more = true; more && !closed; written += 1) more = response.write(MEBIBYTE);
      };
      response.on('drain', writeOn);
      writeOn();
    });
    expect(await failure(clientOf(server.url).probe())).toMatchObject({ kind: 'reply_too_large', outcome: 'unknown' });
    while (!closed) await setImmediate();
    expect(written).toBeLessThan(64);
  });

  test('is read for as long as it lasts by a client without the cap', async () => {
    const server = await start((response) => sendJson(response, 200, { rooms: [{ name: MEBIBYTE.repeat(6) }] }));
    expect((await sdkOf(server.url).listRooms())[0]?.name).toHaveLength(6 * MEBIBYTE.length);
    expect(await failure(clientOf(server.url).probe())).toMatchObject({ kind: 'reply_too_large' });
  });
});

describe('a 401', () => {
  const echo = (type: string) =>
    start((response, request) => {
      response
        .writeHead(401, { 'content-type': type })
        .end(`{"code":"unauthenticated","msg":"invalid token: ${request.headers.authorization}"}`);
    });

  test.each(['text/plain', 'application/json'])(
    'is told without its body, which repeats the token (%s)',
    async (type) => {
      const server = await echo(type);
      const error = await failure(clientOf(server.url).probe());
      expect(error).toMatchObject({ kind: 'credential_refused', outcome: 'rejected' });
      const token = server.requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
      expect(token).toMatch(/^eyJ/);
      expect(everythingIn(error)).not.toContain(token.split('.')[1]);
      expect(everythingIn(error)).not.toContain(API_SECRET);
    },
  );

  test('would reach the caller by a client that reads the body', async () => {
    const server = await echo('text/plain');
    await expect(sdkOf(server.url).listRooms()).rejects.toThrow(/eyJ[\w-]+\.eyJ[\w-]+\./);
  });
});

test('an error that repeats the token in another reply is told without it, and without control characters', async () => {
  const server = await start((response, request) => {
    sendJson(response, 400, {
      code: 'invalid_argument',
      msg: `bad\r\nthing: ${request.headers.authorization} ${'!'.repeat(1_000)}`,
    });
  });
  const { message } = await failure(clientOf(server.url).createRoom(ROOM));
  expect(message).toMatch(/invalid_argument: bad thing: Bearer …/);
  expect(message).not.toContain('eyJ');
  expect(message.length).toBeLessThan(400);
});

describe('something that is not LiveKit', () => {
  test.each([
    ['a page', 200, 'text/html', '<!doctype html><title>Welcome</title>', 'unknown'],
    ['a page that is missing', 404, 'text/plain', '404 page not found', 'rejected'],
    ['another API', 200, 'application/json', '{"error":"no such method"}', 'unknown'],
    ['JSON that is cut short', 200, 'application/json', '{"rooms":[', 'unknown'],
    ['a list', 200, 'application/json', '[]', 'unknown'],
    ['a list of something else', 200, 'application/json', '{"rooms":[7]}', 'unknown'],
    ['null', 200, 'application/json', 'null', 'unknown'],
    [
      'a Twirp server with other services',
      404,
      'application/json',
      '{"code":"bad_route","msg":"no handler"}',
      'rejected',
    ],
    ['an error that is not Twirp’s', 400, 'application/json', '{"message":"what?"}', 'rejected'],
  ])('is recognised: %s', async (_, status, type, body, outcome) => {
    const server = await start((response) => response.writeHead(status, { 'content-type': type }).end(body));
    expect(await failure(clientOf(server.url).probe())).toMatchObject({ kind: 'not_livekit', outcome });
  });

  test('is recognised by the room that it returns', async () => {
    const server = await start((response) => sendJson(response, 200, { sid: 'RM_1', name: 'another' }));
    expect(await failure(clientOf(server.url).createRoom(ROOM))).toMatchObject({
      kind: 'not_livekit',
      outcome: 'unknown',
    });
  });
});

test('a kind of participant that this version does not know is another one', async () => {
  const server = await start((response) =>
    sendJson(response, 200, { participants: [{ identity: 'x', kind: 'LATER' }, { identity: 'y' }] }),
  );
  expect(await clientOf(server.url).listParticipants('call-1')).toMatchObject([
    { kind: 'other' },
    { kind: 'standard' },
  ]);
});

test('an empty object is an empty list', async () => {
  const server = await start((response) => sendJson(response, 200, {}));
  expect(await clientOf(server.url).listParticipants('call-1')).toEqual([]);
});

describe('no answer in time', () => {
  test('is unknown when the request had been sent: no reply', async () => {
    const server = await start(() => {});
    expect(await failure(clientOf(server.url, 200).createRoom(ROOM))).toMatchObject({
      kind: 'timeout',
      outcome: 'unknown',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is unknown when the request had been sent: a reply that does not end', async () => {
    const server = await start((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"rooms":'),
    );
    expect(await failure(clientOf(server.url, 200).probe())).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
  });

  test('is not sent when the connection did not come about', async () => {
    let taken: Socket | undefined;
    const silent = createServer((socket) => (taken = socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const error = await failure(clientOf(`https://127.0.0.1:${port}`, 200).createRoom(ROOM));
    expect(error).toMatchObject({ kind: 'unreachable', outcome: 'not_sent' });
    taken?.destroy();
    silent.close();
  });
});

describe('a connection that is reset after the request', () => {
  test('is unknown, and the request is not repeated', async () => {
    const server = await start((_, request) => request.socket.resetAndDestroy());
    expect(await failure(clientOf(server.url).createRoom(ROOM))).toMatchObject({
      kind: 'server_error',
      outcome: 'unknown',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is unknown too when it had served requests before', async () => {
    let served = 0;
    const server = await start((response, request) => {
      served += 1;
      if (served === 1) sendJson(response, 200, { rooms: [] });
      else request.socket.resetAndDestroy();
    });
    const client = clientOf(server.url);
    await client.probe();
    expect(await failure(client.createRoom(ROOM))).toMatchObject({ kind: 'server_error', outcome: 'unknown' });
    expect(server.requests).toHaveLength(2);
  });

  test('would be repeated by a client that retries', async () => {
    const server = await start((_, request) => request.socket.resetAndDestroy());
    const retrying = new Agent().compose(interceptors.retry({ methods: ['POST'], maxRetries: 1, minTimeout: 1 }));
    await expect(sendWithUndici(server.url, { method: 'POST', body: '{}', dispatcher: retrying })).rejects.toThrow();
    expect(server.requests).toHaveLength(2);
    await retrying.close();
  });
});

describe('a server that cannot be connected to', () => {
  test('at a closed port: nothing was sent', async () => {
    const server = await startLocalServer(() => {});
    await server.close();
    expect(await failure(clientOf(server.url).createRoom(ROOM))).toMatchObject({
      kind: 'unreachable',
      outcome: 'not_sent',
    });
  });

  test('at a name that does not exist: nothing was sent', async () => {
    expect(await failure(clientOf('wss://livekit.invalid').createRoom(ROOM))).toMatchObject({
      kind: 'unreachable',
      outcome: 'not_sent',
    });
  });

  test('over TLS that it does not speak: nothing was sent', async () => {
    const server = await start((response) => sendJson(response, 200, {}));
    const error = await failure(clientOf(server.url.replace('http:', 'https:')).createRoom(ROOM));
    expect(error).toMatchObject({ kind: 'unreachable', outcome: 'not_sent' });
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    'ftp://livekit.example.com',
    'https://u:p@livekit.example.com',
    'https://livekit.example.com/x',
    'livekit',
  ])('because of its URL: nothing was sent (%s)', async (url) => {
    expect(await failure(clientOf(url).probe())).toMatchObject({ kind: 'unreachable', outcome: 'not_sent' });
  });
});

describe('an error of LiveKit or of what stands before it', () => {
  test.each([
    [400, 'invalid_argument', 'refused', 'rejected'],
    [404, 'not_found', 'not_found', 'rejected'],
    [403, 'permission_denied', 'refused', 'rejected'],
    [429, 'resource_exhausted', 'refused', 'rejected'],
    [412, 'failed_precondition', 'refused', 'rejected'],
    [408, 'deadline_exceeded', 'timeout', 'unknown'],
    [408, 'canceled', 'timeout', 'unknown'],
    [503, 'unavailable', 'server_error', 'unknown'],
    [500, 'internal', 'server_error', 'unknown'],
    [500, 'a code that does not exist yet', 'server_error', 'unknown'],
    [500, 'constructor', 'server_error', 'unknown'],
  ])('is told by its code: %i %s', async (status, code, kind, outcome) => {
    const server = await start((response) => sendJson(response, status, { code, msg: 'it said so' }));
    const error = await failure(clientOf(server.url).createRoom(ROOM));
    expect(error).toMatchObject({ kind, outcome });
    expect(error.message).toContain('it said so');
  });

  test.each([
    [502, 'server_error', 'unknown'],
    [504, 'server_error', 'unknown'],
    [408, 'timeout', 'unknown'],
    [403, 'refused', 'rejected'],
    [429, 'refused', 'rejected'],
  ])('is told by its status where there is no code: %i', async (status, kind, outcome) => {
    const server = await start((response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>'),
    );
    expect(await failure(clientOf(server.url).createRoom(ROOM))).toMatchObject({ kind, outcome });
  });
});

/** All that a log could make of an error. */
function everythingIn(error: Error): string {
  return [
    String(error),
    error.stack,
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
    String(error.cause),
  ].join('\n');
}
