import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';

import { RouteCallRequest, RouteCallsRequest, RouterClient, RouterService } from '@dialplane/contracts';
import type { RouteCallsResponse } from '@dialplane/contracts';
import { createLogger } from '@dialplane/telemetry';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServerDuplexStream, ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';

import { duplex, invalidArgument, startServer, unary } from '../src/index.ts';
import type { DuplexHandler } from '../src/index.ts';
import { gate, readFailure, REQUEST, RESPONSE } from './serve.ts';

type Handler = DuplexHandler<RouteCallsRequest, RouteCallsResponse>;
type Stream = ClientDuplexStream<RouteCallsRequest, RouteCallsResponse>;

const LONG_MS = 10_000;
const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0)) await stop();
});

async function served(routeCalls: Handler) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): number => lines.push(JSON.parse(line) as Record<string, unknown>);
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [
      {
        definition: RouterService,
        implementation: { routeCalls: duplex(routeCalls), routeCall: unary(() => RESPONSE) },
      },
    ],
    logger: createLogger({ service: 'test', level: 'debug', destination: { write } }),
  });
  const client = new RouterClient(server.address, credentials.createInsecure());
  toStop.push(async () => {
    client.close();
    await server.drain(0);
  });
  return { server, client, lines };
}

const message = (id: string): RouteCallsRequest => ({ requests: [{ id, request: undefined }] });
const echo: Handler = ({ requests }) => ({ results: requests.map(({ id }) => ({ id, outcome: undefined })) });

/** All replies' ids, and the status that ends the stream. */
async function readAll(stream: Stream) {
  const ids: string[] = [];
  const ended = Promise.withResolvers<void>();
  let failure: ServiceError | undefined;
  stream.on('data', ({ results }: RouteCallsResponse) => ids.push(...results.map(({ id }) => id)));
  stream.on('error', (error: ServiceError) => (failure = error));
  stream.on('status', () => ended.resolve());
  await ended.promise;
  return { ids, ...(failure === undefined ? { code: 'OK' } : readFailure(failure)) };
}

describe('a stream', () => {
  test.each<[string, Handler]>([
    ['at once', echo],
    [
      'later, the first ones last',
      async (request, context) => {
        await new Promise((resolve) => setTimeout(resolve, request.requests[0]?.id === '0' ? 30 : 1));
        return echo(request, context);
      },
    ],
  ])('has each message answered in order, when the handler answers %s', async (_name, handler) => {
    const { client } = await served(handler);
    const stream = client.routeCalls();
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    for (const id of ids) stream.write(message(id));
    stream.end();
    expect(await readAll(stream)).toEqual({ ids, code: 'OK' });
  });

  test('that sends nothing ends with OK', async () => {
    const { client } = await served(echo);
    const stream = client.routeCalls();
    stream.end();
    expect(await readAll(stream)).toEqual({ ids: [], code: 'OK' });
  });

  test('is ended by what a handler throws, with its details; what was answered before arrives', async () => {
    const { client } = await served((request, context) => {
      if (request.requests[0]?.id === 'bad')
        throw invalidArgument([{ field: 'requests', description: 'are too many' }]);
      return echo(request, context);
    });
    const stream = client.routeCalls();
    for (const id of ['good', 'bad', 'late']) stream.write(message(id));
    expect(await readAll(stream)).toMatchObject({
      ids: ['good'],
      code: 'INVALID_ARGUMENT',
      reason: 'INVALID_REQUEST',
      violations: [{ field: 'requests' }],
    });
  });

  test('that fails in an unforeseen way shows nothing of the cause', async () => {
    const { client, lines } = await served(() => {
      throw new Error('voice_call_logs');
    });
    const stream = client.routeCalls();
    stream.write(message('a'));
    const failed = await readAll(stream);
    expect(failed).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
    expect(JSON.stringify(failed)).not.toContain('voice_call_logs');
    expect(JSON.stringify(lines)).toContain('voice_call_logs');
  });

  test('has one signal, which is aborted when the caller cancels', async () => {
    const [started, aborted] = [gate(), gate()];
    const { client } = await served(async (_request, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      started.resolve();
      await aborted.promise;
      return { results: [] };
    });
    const stream = client.routeCalls();
    stream.on('error', () => undefined);
    stream.write(message('a'));
    await started.promise;
    stream.cancel();
    await aborted.promise;
  });

  test('is one line of the log', async () => {
    const { client, lines } = await served(echo);
    const stream = client.routeCalls();
    stream.write(message('a'));
    stream.end();
    await readAll(stream);
    expect(lines).toMatchObject([{ method: '/dialplane.v1.Router/RouteCalls', status: 'OK', msg: 'call' }]);
  });
});

describe('a drain', () => {
  test('finishes the message in hand, sends its reply, and ends the stream with UNAVAILABLE', async () => {
    const [started, finish] = [gate(), gate()];
    const { server, client, lines } = await served(async (request, context) => {
      started.resolve();
      await finish.promise;
      return echo(request, context);
    });
    const stream = client.routeCalls();
    const read = readAll(stream);
    stream.write(message('in hand'));
    stream.write(message('not taken'));
    await started.promise;
    const drained = server.drain(LONG_MS);
    finish.resolve();
    expect(await read).toMatchObject({ ids: ['in hand'], code: 'UNAVAILABLE' });
    await drained;
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('ends a stream that is idle at once', async () => {
    const { server, client } = await served(echo);
    const stream = client.routeCalls();
    const read = readAll(stream);
    stream.write(message('a'));
    await new Promise((resolve) => stream.once('data', resolve));
    await server.drain(LONG_MS);
    expect(await read).toMatchObject({ ids: ['a'], code: 'UNAVAILABLE' });
  });
});

describe('a client that never reads its replies', () => {
  const REPLY_BYTES = 256 * 1024;
  const reply: RouteCallsResponse = { results: [{ id: 'x'.repeat(REPLY_BYTES), outcome: undefined }] };
  const MESSAGES = 500;
  /** What HTTP/2 and the two ends may hold for one stream, with tenfold slack. */
  const ENOUGH = 100;

  /**
   * Sends without reading, over HTTP/2 itself: grpc-js's client reads ahead without end until it is asked for the
   * first message. Resolves when the count of answered messages has stood still for a while.
   */
  async function neverRead(session: ClientHttp2Session, answered: () => number): Promise<void> {
    const stream = session.request({
      ':method': 'POST',
      ':path': RouterService.routeCalls.path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    for (let sent = 0; sent < MESSAGES; sent++) stream.write(framed(message(String(sent))));
    for (let seen = -1; seen !== answered();) {
      seen = answered();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  test('is not read from either, and other calls on its connection are answered', async () => {
    let answered = 0;
    const { server } = await served(() => (answered++, reply));
    const session = connect(`http://${server.address}`);
    await neverRead(session, () => answered);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(ENOUGH);
    const unary = session.request({
      ':method': 'POST',
      ':path': RouterService.routeCall.path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    unary.end(framed(undefined));
    unary.resume();
    expect(await new Promise((resolve) => unary.on('trailers', resolve))).toMatchObject({ 'grpc-status': '0' });
    session.destroy();
  });

  test('twin: without `duplex`, all is answered and the replies pile up in memory', async () => {
    let answered = 0;
    const server = new Server();
    server.addService(RouterService, {
      routeCalls: (call: ServerDuplexStream<RouteCallsRequest, RouteCallsResponse>) => {
        call.on('error', () => undefined);
        call.on('data', () => (answered++, call.write(reply)));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const session = connect(`http://127.0.0.1:${port}`);
    await neverRead(session, () => answered);
    expect(answered).toBe(MESSAGES);
    session.destroy();
    server.forceShutdown();
  });
});

test('a stream whose deadline passes ends with DEADLINE_EXCEEDED', async () => {
  const { client } = await served(echo);
  const stream = client.routeCalls({ deadline: Date.now() + 200 });
  stream.write(message('a'));
  expect(await readAll(stream)).toMatchObject({ ids: ['a'], code: 'DEADLINE_EXCEEDED' });
});

/** A message as gRPC frames it; a RouteCall request unless one is given. */
function framed(request: RouteCallsRequest | undefined): Buffer {
  const bytes = request === undefined ? RouteCallRequest.encode(REQUEST) : RouteCallsRequest.encode(request);
  const body = bytes.finish();
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}
