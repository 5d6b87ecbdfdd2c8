import { RouterClient, RouterService } from '@dialplane/contracts';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HealthImplementation } from 'grpc-health-check';

import { healthClient, watchHealth } from './health-client.ts';
import { gate, readFailure, REQUEST, RESPONSE, serve } from './serve.ts';
import type { RouteCall, Served } from './serve.ts';

/** Longer than any call here takes; a drain that needs all of it cuts something off, which the log says. */
const LONG_MS = 10_000;
const SHORT_MS = 50;
const CUT_OFF = expect.objectContaining({ level: 'warn', msg: expect.stringContaining('cut off') });

const toStop: Served[] = [];
afterEach(() => Promise.all(toStop.splice(0).map((served) => served.stop())));

async function served(handler: RouteCall): Promise<Served> {
  const started = await serve(handler);
  toStop.push(started);
  return started;
}

function expectNothingCutOff({ lines }: Served): void {
  expect(lines).not.toContainEqual(CUT_OFF);
}

/** A handler that has started when `started` resolves and ends when `finish` is called. */
function slowHandler() {
  const [started, finish, aborted] = [gate(), gate(), gate()];
  const handler: RouteCall = async (_request, { signal }) => {
    signal.addEventListener('abort', () => aborted.resolve());
    started.resolve();
    await finish.promise;
    return RESPONSE;
  };
  return { handler, started, finish, aborted };
}

describe('a drain', () => {
  test('lets a call in flight finish and takes no new one', async () => {
    const { handler, started, finish } = slowHandler();
    const running = await served(handler);
    const { server, routeCall } = running;
    const inFlight = routeCall();
    await started.promise;
    const drained = server.drain(LONG_MS);
    const other = new RouterClient(server.address, credentials.createInsecure());
    const refused = await new Promise((resolve) => other.routeCall(REQUEST, resolve));
    other.close();
    expect(readFailure(refused)).toMatchObject({ code: 'UNAVAILABLE' });
    finish.resolve();
    expect(await inFlight).toEqual(RESPONSE);
    await drained;
    expectNothingCutOff(running);
  });

  test('cuts off a call that outlives the grace, aborts its signal and says so in the log', async () => {
    const { handler, started, finish, aborted } = slowHandler();
    const { server, failure, lines } = await served(handler);
    const inFlight = failure();
    await started.promise;
    await server.drain(SHORT_MS);
    expect(await inFlight).toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|CANCELLED/) });
    await aborted.promise;
    finish.resolve();
    expect(lines).toContainEqual(CUT_OFF);
  });

  test('twin: a server that is shut down by force kills a call in flight', async () => {
    const server = new Server();
    const started = gate();
    server.addService(RouterService, { routeCall: () => started.resolve() });
    const port = await listen(server);
    const client = new RouterClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const failed = new Promise((resolve) => client.routeCall(REQUEST, resolve)).then(readFailure);
    await started.promise;
    server.forceShutdown();
    expect(await failed).toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|CANCELLED/) });
    client.close();
  });

  test('ends at once when nothing is in flight, though clients are connected', async () => {
    const running = await served(async () => RESPONSE);
    await running.routeCall();
    await running.server.drain(LONG_MS);
    expectNothingCutOff(running);
  });

  test('may be asked for twice', async () => {
    const { server } = await served(async () => RESPONSE);
    await Promise.all([server.drain(LONG_MS), server.drain(LONG_MS)]);
    await server.drain(LONG_MS);
  });
});

describe('an open health watch', () => {
  test('is told NOT_SERVING, ended with UNAVAILABLE, and does not hold up a drain', async () => {
    const running = await served(async () => RESPONSE);
    const watch = watchHealth(running.server.address, '');
    await watch.first;
    await running.server.drain(LONG_MS);
    expect(await watch.end).toEqual({ statuses: ['SERVING', 'NOT_SERVING'], code: 'UNAVAILABLE' });
    expectNothingCutOff(running);
  });

  test('does not cut short a call in flight', async () => {
    const { handler, started, finish } = slowHandler();
    const running = await served(handler);
    const { server, routeCall } = running;
    const watch = watchHealth(server.address, '');
    const inFlight = routeCall();
    await Promise.all([watch.first, started.promise]);
    const drained = server.drain(LONG_MS);
    await watch.end;
    finish.resolve();
    expect(await inFlight).toEqual(RESPONSE);
    await drained;
    expectNothingCutOff(running);
  });

  test('twin: it holds up grpc-js by itself', async () => {
    const server = new Server();
    const health = new HealthImplementation({ '': 'SERVING' });
    health.addToServer(server);
    const watch = watchHealth(`127.0.0.1:${await listen(server)}`, '');
    await watch.first;
    let shutDown = false;
    server.tryShutdown(() => (shutDown = true));
    health.setStatus('', 'NOT_SERVING');
    await watch.second;
    expect(shutDown).toBe(false);
    server.forceShutdown();
    await watch.end;
  });
});

test('health says SERVING for the server and each service, and NOT_FOUND for others', async () => {
  const { server } = await served(async () => RESPONSE);
  const health = healthClient(server.address);
  expect(await health.check('')).toBe('SERVING');
  expect(await health.check('dialplane.v1.Router')).toBe('SERVING');
  expect(await health.check('dialplane.v1.Missing')).toBe('NOT_FOUND');
  health.close();
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
