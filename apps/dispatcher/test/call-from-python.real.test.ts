import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callFromPython, preparePython } from '@dialplane/contracts/testing';

import { createCase, liveKitServers, NUMBER, OTHER_USER, TENANT, USER } from './case.ts';
import type { Case } from './case.ts';

let parts: Case;

beforeAll(async () => {
  await preparePython();
  parts = await createCase();
  const [server] = liveKitServers();
  if (server === undefined) throw new Error('The test run started no LiveKit server.');
  await parts.useServer(server);
}, 180_000);

afterAll(() => parts.stop());

const route = { initiated_by: USER, from_number: NUMBER, to_number: '+12125550199', agent_id: 'agent-7' };

test('a service in Python has a call routed', async () => {
  const reply = await callFromPython(parts.router.address, 'Router', 'RouteCall', route);
  expect(reply).toMatchObject({
    code: 'OK',
    response: { route: { tenant_id: TENANT, source: 'ROUTE_SOURCE_DATABASE', targets: [{ sip_trunk_id: 'ST_test' }] } },
  });
});

test('a service in Python has a refusal explained', async () => {
  const request = { ...route, initiated_by: OTHER_USER };
  const reply = await callFromPython(parts.router.address, 'Router', 'ExplainRoute', { request });
  expect(reply).toMatchObject({
    code: 'OK',
    response: { response: { rejection: { reason: 'REJECTION_REASON_NUMBER_NOT_FOUND' } } },
  });
  expect(reply.response?.trace).toContainEqual(
    expect.objectContaining({ step: 'number', outcome: 'STEP_OUTCOME_REFUSED' }),
  );
});

test('a service in Python places a call and reads it', async () => {
  const placed = await callFromPython(parts.running.address, 'Dispatcher', 'Dispatch', {
    ...route,
    idempotency_key: 'python-1',
    metadata: '{"a":1}',
  });
  expect(placed).toMatchObject({
    code: 'OK',
    response: {
      tenant_id: TENANT,
      attempt_state: 'ATTEMPT_STATE_ROOM_READY',
      agent_dispatch_id: expect.stringMatching(/^AD_/),
    },
  });
  const read = await callFromPython(parts.running.address, 'Dispatcher', 'GetCall', {
    call_log_id: placed.response?.call_log_id,
    initiated_by: USER,
  });
  expect(read).toMatchObject({
    code: 'OK',
    response: { call: { from_number: NUMBER, attempts: [{ room: placed.response?.room }] } },
  });
});

test('a service in Python can read why it was refused', async () => {
  const refused = await callFromPython(parts.running.address, 'Dispatcher', 'Dispatch', {
    ...route,
    idempotency_key: 'python-2',
    initiated_by: OTHER_USER,
  });
  expect(refused.code).toBe('FAILED_PRECONDITION');
  expect(refused.details).toContainEqual(
    expect.objectContaining({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NUMBER_NOT_FOUND',
      metadata: expect.objectContaining({ fault: 'tenant_configuration' }),
    }),
  );
  expect(refused.details).toContainEqual(
    expect.objectContaining({ '@type': 'type.googleapis.com/dialplane.v1.Rejection' }),
  );
  const malformed = await callFromPython(parts.running.address, 'Dispatcher', 'Dispatch', {
    ...route,
    idempotency_key: '',
  });
  expect(malformed.code).toBe('INVALID_ARGUMENT');
});
