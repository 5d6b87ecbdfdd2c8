import { RouteCallRequest, RouterClient, RouterService } from '@dialplane/contracts';
import { createLogger } from '@dialplane/telemetry';
import { credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';

import { MAX_REQUEST_BYTES, startServer } from '../src/index.ts';
import { readListenAddress, writeListenAddress } from '../src/read-listen-address.ts';
import { readFailure, REQUEST, RESPONSE, serve } from './serve.ts';
import type { Served, ServeOptions } from './serve.ts';

const running: Served[] = [];
afterEach(() => Promise.all(running.splice(0).map((served) => served.stop())));

async function served(options?: ServeOptions): Promise<Served> {
  const started = await serve(async () => RESPONSE, options);
  running.push(started);
  return started;
}

describe('where a server listens', () => {
  test.each([
    ['127.0.0.1:50061', '127.0.0.1:50061'],
    ['127.0.0.1:0', '127.0.0.1:0'],
    ['localhost:50061', '127.0.0.1:50061'],
    ['LOCALHOST:1', '127.0.0.1:1'],
    ['[::1]:50061', '[::1]:50061'],
  ])('%s is %s', (listen, address) => {
    expect(writeListenAddress(readListenAddress(listen))).toBe(address);
  });

  test.each([
    '0.0.0.0:50061',
    '[::]:50061',
    '192.0.2.1:50061',
    'example.com:50061',
    'localhost.example.com:1',
    '127.0.0.1.example.com:1',
    '127.0.0.2:50061',
    '[::ffff:0.0.0.0]:1',
    'unix:/tmp/socket:1',
    'dns:0.0.0.0:1',
    '*:50061',
  ])('%s is refused, because callers are not authenticated yet', async (listen) => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    await expect(startServer({ listen, services: [], logger })).rejects.toThrow(/loopback/);
  });

  test.each(['', '50061', ':50061', '127.0.0.1', '127.0.0.1:', '127.0.0.1:70000', '127.0.0.1:-1', '127.0.0.1:http'])(
    '"%s" is refused, with the form that is wanted',
    (listen) => {
      expect(() => readListenAddress(listen)).toThrow(/host:port/);
    },
  );

  test('the address that is given back is the real one', async () => {
    const { server, routeCall } = await served();
    expect(server.address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(await routeCall()).toEqual(RESPONSE);
  });

  test('an address that is taken is refused with what to do', async () => {
    const { server } = await served();
    const logger = createLogger({ service: 'test', level: 'silent' });
    const taken = { listen: server.address, services: [], logger };
    await expect(startServer(taken)).rejects.toThrow(/Cannot listen on .*choose another port \(0 takes/);
    const named = startServer({ ...taken, setting: 'ROUTER_LISTEN' });
    await expect(named).rejects.toThrow(/choose another port by ROUTER_LISTEN \(0 takes a free one\)/);
  });
});

/** A request of exactly so many bytes. */
function requestOf(bytes: number): RouteCallRequest {
  const rest =
    RouteCallRequest.encode({ ...REQUEST, agentId: 'x'.repeat(MAX_REQUEST_BYTES / 2) }).finish().length -
    MAX_REQUEST_BYTES / 2;
  return { ...REQUEST, agentId: 'x'.repeat(bytes - rest) };
}

const TOO_LARGE = {
  code: 'RESOURCE_EXHAUSTED',
  reason: 'MESSAGE_TOO_LARGE',
  fault: 'caller',
  retryable: false,
  hint: expect.stringContaining('smaller'),
};

describe('the size of a request', () => {
  test('may be at the limit', async () => {
    const { routeCall } = await served();
    expect(RouteCallRequest.encode(requestOf(MAX_REQUEST_BYTES)).finish()).toHaveLength(MAX_REQUEST_BYTES);
    expect(await routeCall(requestOf(MAX_REQUEST_BYTES))).toEqual(RESPONSE);
  });

  test('may not be over it', async () => {
    const { failure, lines } = await served();
    expect(await failure(requestOf(MAX_REQUEST_BYTES + 1))).toMatchObject(TOO_LARGE);
    expect(lines).toMatchObject([{ status: 'RESOURCE_EXHAUSTED' }]);
  });

  test('counts after decompression', async () => {
    const gzip = { 'grpc.default_compression_algorithm': 2 };
    const { failure, routeCall } = await served({ clientOptions: gzip });
    expect(await failure(requestOf(50 * MAX_REQUEST_BYTES))).toMatchObject(TOO_LARGE);
    expect(await routeCall()).toEqual(RESPONSE);
  });

  test("twin: grpc-js's own limit lets sixteen times as much in", async () => {
    const server = new Server();
    server.addService(RouterService, {
      routeCall: (_call: unknown, callback: (error: null, reply: unknown) => void) => callback(null, RESPONSE),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const client = new RouterClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const error = await new Promise((resolve) => client.routeCall(requestOf(MAX_REQUEST_BYTES + 1), resolve));
    client.close();
    server.forceShutdown();
    expect(error).toBeNull();
  });
});

describe('what is not a request', () => {
  const send = (client: RouterClient, path: string, bytes: Buffer) =>
    new Promise((_resolve, reject) => {
      const raw = (value: Buffer): Buffer => value;
      client.makeUnaryRequest(path, raw, raw, bytes, new Metadata(), {}, reject);
    }).catch(readFailure);

  test('but other bytes is INVALID_ARGUMENT', async () => {
    const { client } = await served();
    expect(await send(client, '/dialplane.v1.Router/RouteCall', Buffer.from([0xff, 0xff, 0xff]))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'UNREADABLE_MESSAGE',
      fault: 'caller',
      retryable: false,
    });
  });

  test('but a method that is not there is UNIMPLEMENTED', async () => {
    const { client } = await served();
    expect(await send(client, '/dialplane.v1.Router/Missing', Buffer.alloc(0))).toMatchObject({
      code: 'UNIMPLEMENTED',
    });
  });
});

test('a reply that cannot be written is INTERNAL, and the log says so', async () => {
  const { failure, lines } = await served({
    plain: (_call, callback) => callback(null, { outcome: { $case: 'route', value: null } } as never),
  });
  expect(await failure()).toMatchObject({ code: status[status.INTERNAL] });
  expect(lines).toMatchObject([{ level: 'error', status: 'INTERNAL' }]);
});
