import { afterEach, expect, test } from '@jest/globals';
import { Purpose, RouterClient, RouterService, RouteSource } from '@dialplane/contracts';
import type { Route, RouteCallRequest, RouteCallsRequest, RouteCallsResponse } from '@dialplane/contracts';
import { duplex, invalidArgument, startServer, toRpcStatus, unary } from '@dialplane/grpc';
import type { DuplexHandler } from '@dialplane/grpc';
import { createLogger } from '@dialplane/telemetry';
import { credentials } from '@grpc/grpc-js';

import { createAskRouter } from '../src/router/ask-router.ts';
import { createRouteStream } from '../src/router/create-route-stream.ts';

const REQUEST: RouteCallRequest = {
  initiatedBy: '',
  tenantId: 'tenant',
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: '',
  purpose: Purpose.UNSPECIFIED,
  routingKey: '',
  minSnapshotVersion: '',
};
const malformed = () => invalidArgument([{ field: 'to_number', description: 'is not a number' }]);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A route that says by which way it was asked for. */
function routeBy(way: string): Route {
  const target = {
    livekitConfigId: way,
    deployment: '',
    serverUrl: '',
    sipTrunkId: '',
    agentName: '',
    callerId: '',
    dialString: '',
    callerIdString: '',
    sipHeaders: {},
  };
  const number = { id: '', baseNumber: '', countryCode: '', e164: '' };
  return {
    targets: [target],
    source: RouteSource.DATABASE,
    tenantId: 'tenant',
    number,
    snapshotVersion: '1.1',
    expiresAt: undefined,
    notes: [],
  };
}

type Batches = DuplexHandler<RouteCallsRequest, RouteCallsResponse>;
const answering: Batches = ({ requests }) => ({
  results: requests.map(({ id, request }) => ({
    id,
    outcome: { $case: 'route', value: routeBy(`stream ${request?.routingKey}`) },
  })),
});

async function startAsking({
  routeCalls = answering,
  listen = '127.0.0.1:0',
}: { routeCalls?: Batches; listen?: string } = {}) {
  const alone: string[] = [];
  const implementation = {
    routeCall: unary(({ routingKey }: RouteCallRequest) => {
      alone.push(routingKey);
      if (routingKey === 'malformed') throw malformed();
      return { outcome: { $case: 'route' as const, value: routeBy(`alone ${routingKey}`) } };
    }),
    routeCalls: duplex(routeCalls),
  };
  const logger = createLogger({ service: 'router', level: 'silent' });
  const server = await startServer({ listen, services: [{ definition: RouterService, implementation }], logger });
  closing.push(() => server.drain(0));
  return { address: server.address, alone, stop: () => server.drain(1_000) };
}

function askerOf(address: string) {
  const router = new RouterClient(address, credentials.createInsecure(), { 'grpc.max_reconnect_backoff_ms': 200 });
  const stream = createRouteStream(router);
  closing.push(() => {
    stream.close();
    router.close();
  });
  const ask = createAskRouter(router, stream);
  return async (routingKey: string, change: Partial<RouteCallRequest> = {}, deadline?: Date) =>
    (await ask({ ...REQUEST, routingKey, ...change }, deadline)).targets[0]?.livekitConfigId;
}

test('questions share a stream, and each gets its own answer', async () => {
  const router = await startAsking();
  const ask = askerOf(router.address);
  const keys = Array.from({ length: 50 }, (_, n) => `${n}`);
  expect(await Promise.all(keys.map((key) => ask(key)))).toEqual(keys.map((key) => `stream ${key}`));
  expect(router.alone).toEqual([]);
});

test('who waits for a version keeps nobody waiting', async () => {
  const router = await startAsking();
  expect(await askerOf(router.address)('a', { minSnapshotVersion: '1.7' })).toBe('alone a');
});

test('an error of one question is told as RouteCall tells it, and the others go on', async () => {
  const routeCalls: Batches = (batch, context) =>
    batch.requests[0]?.request?.routingKey === 'malformed'
      ? { results: [{ id: '', outcome: { $case: 'error', value: toRpcStatus(malformed()) } }] }
      : answering(batch, context);
  const ask = askerOf((await startAsking({ routeCalls })).address);
  const [one, other] = await Promise.allSettled([ask('malformed'), ask('b')]);
  expect(one).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_ARGUMENT', reason: 'INVALID_REQUEST' } });
  expect(other).toEqual({ status: 'fulfilled', value: 'stream b' });
});

test('a question whose stream broke is asked again by itself, and the next one opens another', async () => {
  let isBroken = true;
  const routeCalls: Batches = (batch, context) => {
    if (isBroken) throw malformed();
    return answering(batch, context);
  };
  const ask = askerOf((await startAsking({ routeCalls })).address);
  expect(await Promise.all([ask('a'), ask('b')])).toEqual(['alone a', 'alone b']);
  isBroken = false;
  expect(await ask('c')).toBe('stream c');
});

test('a router that is started again is found again', async () => {
  const first = await startAsking();
  const ask = askerOf(first.address);
  expect(await ask('a')).toBe('stream a');
  await first.stop();
  await expect(ask('b')).rejects.toMatchObject({ reason: 'ROUTER_UNAVAILABLE', retryable: true });
  await startAsking({ listen: first.address });
  for (const until = Date.now() + 10_000; ;) {
    const answer = await ask('c').catch(() => undefined);
    if (answer === 'stream c') break;
    if (Date.now() > until) throw new Error('The router is not found again.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test('nobody waits longer than the deadline for a router that is silent', async () => {
  const ask = askerOf((await startAsking({ routeCalls: () => new Promise<never>(() => undefined) })).address);
  await expect(ask('a', {}, new Date(Date.now() + 100))).rejects.toMatchObject({ reason: 'ROUTER_UNAVAILABLE' });
});
