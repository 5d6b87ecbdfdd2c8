import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { DispatcherService, RouterService, RpcStatus } from '../src/index.ts';
import type {
  DispatcherServer,
  DispatchRequest,
  DispatchResponse,
  ExplainRouteResponse,
  GetCallResponse,
  RouteCallRequest,
  RouteCallResponse,
  RouterServer,
} from '../src/index.ts';
import { callFromPython, decodeInPython, preparePython } from './call-from-python.ts';
import { GOLDEN_FOLDER, readGoldens } from './contract-checks.ts';
import { GOLDEN_MESSAGES } from './golden-messages.ts';

const goldens = readGoldens(GOLDEN_FOLDER);
const message = <T>(name: string): T => GOLDEN_MESSAGES.find((golden) => golden.name === name)!.message as T;
const value = (name: string) => goldens.find((golden) => golden.name === name)!.value as Record<string, unknown>;

/** Requests as they arrived, and answers from the golden messages: what is on trial is the Python client. */
const received: unknown[] = [];
const router: Pick<RouterServer, 'routeCall' | 'explainRoute'> = {
  routeCall: (call, answer) => {
    received.push(call.request);
    if (call.request.toNumber === '') return answer(refusal('status-bad-request'));
    answer(
      null,
      message<RouteCallResponse>(
        call.request.agentId === '' ? 'route-call-response-rejection' : 'route-call-response-route',
      ),
    );
  },
  explainRoute: (_call, answer) => answer(null, message<ExplainRouteResponse>('explain-route-response')),
};
const dispatcher: Pick<DispatcherServer, 'dispatch' | 'getCall'> = {
  dispatch: (call, answer) => {
    received.push(call.request);
    if (call.request.idempotencyKey === '') return answer(refusal('status-rejection'));
    answer(null, message<DispatchResponse>('dispatch-response'));
  },
  getCall: (call, answer) => {
    if (call.request.callLogId === '') return; // Never answers: the deadline passes.
    answer(null, message<GetCallResponse>('get-call-response'));
  },
};

function refusal(name: string): Partial<ServiceError> {
  const details = message<RpcStatus>(name);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(RpcStatus.encode(details).finish()));
  return { code: details.code, details: details.message, metadata };
}

const server = new Server();
let address: string;
beforeAll(async () => {
  await preparePython();
  server.addService(RouterService, router);
  server.addService(DispatcherService, dispatcher);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  address = `127.0.0.1:${port}`;
}, 300_000);
afterAll(() => server.forceShutdown());

test('a Python caller is routed', async () => {
  const reply = await callFromPython(address, 'Router', 'RouteCall', value('route-call-request'));
  expect(reply).toEqual({ code: 'OK', message: '', response: value('route-call-response-route'), details: [] });
  expect(received.at(-1)).toEqual(message<RouteCallRequest>('route-call-request'));
});

test('a Python caller reads a rejection as a decision', async () => {
  const reply = await callFromPython(address, 'Router', 'RouteCall', { ...value('route-call-request'), agent_id: '' });
  expect(reply.response).toEqual(value('route-call-response-rejection'));
});

test('a Python caller has a route explained', async () => {
  const reply = await callFromPython(address, 'Router', 'ExplainRoute', value('explain-route-request'));
  expect(reply.response).toEqual(value('explain-route-response'));
});

test('a Python caller dispatches', async () => {
  const reply = await callFromPython(address, 'Dispatcher', 'Dispatch', value('dispatch-request'));
  expect(reply.response).toEqual(value('dispatch-response'));
  expect(received.at(-1)).toEqual(message<DispatchRequest>('dispatch-request'));
});

test('a Python caller reads a call', async () => {
  const reply = await callFromPython(address, 'Dispatcher', 'GetCall', value('get-call-request'));
  expect(reply.response).toEqual(value('get-call-response'));
});

test("a Python caller reads the details of an error with Google's own types", async () => {
  const malformed = await callFromPython(address, 'Router', 'RouteCall', {});
  expect(malformed).toEqual({ code: 'INVALID_ARGUMENT', ...errorOf('status-bad-request') });
  const rejected = await callFromPython(address, 'Dispatcher', 'Dispatch', {});
  expect(rejected).toEqual({ code: 'FAILED_PRECONDITION', ...errorOf('status-rejection') });
});

test('a Python caller sees its own deadline pass', async () => {
  const reply = await callFromPython(address, 'Dispatcher', 'GetCall', {}, { timeoutSeconds: 1 });
  expect(reply.code).toBe(status[status.DEADLINE_EXCEEDED]);
});

test('a request that the contract does not know fails in the client', async () => {
  await expect(callFromPython(address, 'Router', 'RouteCall', { no_such_field: 1 })).rejects.toThrow('no_such_field');
});

test('Python reads every recorded message as it was meant', async () => {
  expect(await decodeInPython(goldens)).toEqual(goldens.map((golden) => golden.value));
});

function errorOf(name: string): { message: unknown; details: unknown } {
  const { message, details } = value(name);
  return { message, details };
}
