import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DispatchRequest } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';
import { startAgentWorker } from '@dialplane/real-parts';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

import {
  createCase,
  dispatch,
  dispatchRequest,
  failureOf,
  liveKitServers,
  NUMBER,
  OTHER_TENANT,
  OTHER_USER,
  TENANT,
  USER,
} from './case.ts';
import type { Case, Server } from './case.ts';
import { startLyingRouter } from './lying-router.ts';
import { startLiveKitProxy } from './livekit-proxy.ts';
import type { LiveKitProxy } from './livekit-proxy.ts';

let parts: Case;
let server: Server & { wsUrl: string };
let proxy: LiveKitProxy;

beforeAll(async () => {
  [server] = liveKitServers() as [typeof server];
  parts = await createCase({ AGENT_READY_MS: '15000' });
});

afterAll(() => parts.stop());

beforeEach(async () => {
  await proxy?.close();
  proxy = await startLiveKitProxy(server.url);
  await parts.useServer({ ...server, url: proxy.url });
});

afterAll(() => proxy.close());

const getCall = (callLogId: string, change: { initiatedBy?: string; tenantId?: string } = { tenantId: TENANT }) =>
  callUnary(parts.client.getCall.bind(parts.client), { callLogId, initiatedBy: '', tenantId: '', ...change });
const countCalls = async () =>
  (await parts.sql<{ count: string }>('SELECT count(*) FROM $schema.voice_call_logs'))[0]?.count;
const createRooms = () => proxy.counts.get('CreateRoom') ?? 0;

describe('a call', () => {
  test("gets a room with its agent's dispatch on the tenant's deployment, and a row that says so", async () => {
    const reply = await dispatch(parts.client, { metadata: '{"greeting":"hello"}' });
    expect(reply).toMatchObject({
      agentName: 'nobody',
      serverUrl: proxy.url,
      sipTrunkId: 'ST_test',
      tenantId: TENANT,
      source: 'ROUTE_SOURCE_DATABASE',
      state: 'CALL_STATE_IN_PROGRESS',
      attemptState: 'ATTEMPT_STATE_ROOM_READY',
    });
    expect(reply.room).toMatch(new RegExp(`^call-${reply.callLogId.replaceAll('-', '')}-[0-9a-f]{8}$`));
    expect(reply.agentDispatchId).toMatch(/^AD_/);

    const livekit = createLiveKitClient(server);
    const dispatches = await livekit.listAgentDispatches(reply.room);
    expect(dispatches).toHaveLength(1);
    expect(dispatches[0]).toMatchObject({ id: reply.agentDispatchId, agentName: 'nobody' });
    expect(JSON.parse(dispatches[0]?.metadata ?? '')).toEqual({
      version: 1,
      call_log_id: reply.callLogId,
      attempt: 1,
      tenant_id: TENANT,
      agent_id: 'agent-7',
      from_number: NUMBER,
      to_number: '+12125550199',
      sip_trunk_id: 'ST_test',
      dial_number: '+12125550199',
      caller_id: NUMBER,
      sip_headers: {},
      ringing_timeout_seconds: 30,
      max_duration_seconds: 3600,
      dial_mode: 'legacy',
      agent_calls_address: '',
      agent_calls_token: '',
      callee_identity: `callee-${reply.callLogId.replaceAll('-', '')}`,
      metadata: { greeting: 'hello' },
    });

    const { call } = await getCall(reply.callLogId, { initiatedBy: USER });
    expect(call).toMatchObject({
      callLogId: reply.callLogId,
      tenantId: TENANT,
      initiatedBy: USER,
      agentId: 'agent-7',
      fromNumber: NUMBER,
      toNumber: '+12125550199',
      attempts: [{ number: 1, room: reply.room, agentDispatchId: reply.agentDispatchId, sipTrunkId: 'ST_test' }],
    });
  });

  test('waits for a real agent when it is told to', async () => {
    const worker = await startAgentWorker({ ...server, agentName: 'real-agent' });
    try {
      const patient = await parts.startDispatcher({ AGENT_READY_MS: '30000' });
      await parts.useServer(server, { agentName: 'real-agent' });
      const reply = await dispatch(patient.client, { waitUntil: 'WAIT_UNTIL_AGENT_READY' });
      expect(reply).toMatchObject({ agentName: 'real-agent', attemptState: 'ATTEMPT_STATE_AGENT_READY' });
      const participants = await createLiveKitClient(server).listParticipants(reply.room);
      expect(participants.map(({ identity }) => identity)).toEqual([expect.stringMatching(/^agent-/)]);
      await createLiveKitClient(server).deleteRoom(reply.room);
      await patient.stop();
    } finally {
      await worker.stop();
    }
  });

  test('that no worker takes fails, says so every time, and leaves no room behind', async () => {
    const request = { idempotencyKey: 'nobody-there', waitUntil: 'WAIT_UNTIL_AGENT_READY' as const };
    const failed = await failureOf(dispatch(parts.client, request));
    expect(failed).toMatchObject({ code: 'ABORTED', reason: 'NO_AGENT', fault: 'agent', retryable: false });
    const callLogId = failed.metadata?.call_log_id ?? '';
    const { call } = await getCall(callLogId);
    expect(call).toMatchObject({
      state: 'CALL_STATE_FAILED',
      reason: 'CALL_REASON_NO_AGENT',
      attempts: [{ state: 'ATTEMPT_STATE_FAILED' }],
    });
    expect(await failureOf(dispatch(parts.client, request))).toEqual(failed);
    expect(createRooms()).toBe(1);
    expect(proxy.counts.get('DeleteRoom')).toBe(1);
  });

  test('tells its workers in their own words when the config has a template', async () => {
    const template = { phone: '{{to_number}}', call: 'log {{call_log_id}}', more: '{{metadata}}' };
    await parts.useServer(server, { template });
    const reply = await dispatch(parts.client, { metadata: '{"a":[1,"{{tenant_id}}"]}' });
    const [sent] = await createLiveKitClient(server).listAgentDispatches(reply.room);
    expect(JSON.parse(sent?.metadata ?? '')).toEqual({
      phone: '+12125550199',
      call: `log ${reply.callLogId}`,
      more: { a: [1, '{{tenant_id}}'] },
    });
  });

  test('is accepted without waiting for LiveKit when the caller wants no more', async () => {
    proxy.behaviours.set('CreateRoom', 'endless');
    expect(await dispatch(parts.client, { waitUntil: 'WAIT_UNTIL_ACCEPTED' })).toMatchObject({
      tenantId: TENANT,
      agentDispatchId: '',
    });
  });
});

describe('an idempotency key', () => {
  test('is one call and one createRoom, however often and however concurrently it is sent', async () => {
    const second = await parts.startDispatcher();
    const request = dispatchRequest({ idempotencyKey: 'the-same' });
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const client = n % 2 === 0 ? parts.client : second.client;
        return callUnary(client.dispatch.bind(client), request);
      }),
    );
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(createRooms()).toBe(1);
    await second.stop();
  });

  test('sabotaged: with a key of its own each request is a call, and the count above sees it', async () => {
    await Promise.all([dispatch(parts.client), dispatch(parts.client)]);
    expect(createRooms()).toBe(2);
  });

  test('of another request is ALREADY_EXISTS, and names the call', async () => {
    const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'taken' });
    for (const change of [
      { toNumber: '+12125550198' },
      { agentId: 'other' },
      { metadata: '{"a":1}' },
      { maxDuration: { seconds: 60, nanos: 0 } },
    ]) {
      expect(await failureOf(dispatch(parts.client, { idempotencyKey: 'taken', ...change }))).toMatchObject({
        code: 'ALREADY_EXISTS',
        reason: 'IDEMPOTENCY_KEY_IN_USE',
        fault: 'caller',
        metadata: { call_log_id: callLogId },
      });
    }
    expect(createRooms()).toBe(1);
  });

  test('may be asked again for another wait_until', async () => {
    const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'again' });
    expect(
      (await dispatch(parts.client, { idempotencyKey: 'again', waitUntil: 'WAIT_UNTIL_ACCEPTED' })).callLogId,
    ).toBe(callLogId);
  });

  test('is named when the call does not get as far as the caller waits', async () => {
    const request = { idempotencyKey: 'impatient', waitUntil: 'WAIT_UNTIL_AGENT_READY' as const };
    for (let time = 0; time < 2; time++) {
      const failed = await failureOf(dispatch(parts.client, request, { deadline: Date.now() + 1_500 }));
      expect(failed).toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        reason: 'CALL_NOT_THAT_FAR',
        retryable: true,
        metadata: { call_log_id: expect.any(String) },
      });
    }
  });

  test('is known even while the router is not there', async () => {
    const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'routed-once' });
    const alone = await parts.startDispatcher({ ROUTER_ADDRESS: '127.0.0.1:1' });
    expect((await dispatch(alone.client, { idempotencyKey: 'routed-once' })).callLogId).toBe(callLogId);
    const before = await countCalls();
    expect(await failureOf(dispatch(alone.client))).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'ROUTER_UNAVAILABLE',
      retryable: true,
    });
    expect(await countCalls()).toBe(before);
    await alone.stop();
  });

  test('is known even while the router never answers, and nothing is written for another', async () => {
    const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'routed-before' });
    const again = { idempotencyKey: 'routed-before' };
    const before = await countCalls();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const waiting = await parts.startDispatcher({ ROUTER_ADDRESS: `127.0.0.1:${port}` });
    try {
      expect((await dispatch(waiting.client, again, { deadline: Date.now() + 30_000 })).callLogId).toBe(callLogId);
      expect(await failureOf(dispatch(waiting.client))).toMatchObject({ reason: 'ROUTER_UNAVAILABLE' });
      expect(await countCalls()).toBe(before);
    } finally {
      await waiting.stop();
      silent.close();
    }
  });

  test('is known even while the router answers what cannot be', async () => {
    const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'routed-once-more' });
    const again = { idempotencyKey: 'routed-once-more' };
    const lyingRouter = await startLyingRouter();
    const misled = await parts.startDispatcher({ ROUTER_ADDRESS: lyingRouter.address });
    try {
      expect((await dispatch(misled.client, again)).callLogId).toBe(callLogId);
      expect(await failureOf(dispatch(misled.client))).toMatchObject({ reason: 'CONFIG_CHANGED' });
      const another = { ...again, toNumber: '+12125550111' };
      expect(await failureOf(dispatch(misled.client, another))).toMatchObject({ code: 'ALREADY_EXISTS' });
    } finally {
      await misled.stop();
      await lyingRouter.stop();
    }
  });
});

describe('a refusal writes nothing', () => {
  test('when the router refuses, and hands its Rejection on', async () => {
    const before = await countCalls();
    const failed = await failureOf(dispatch(parts.client, { initiatedBy: OTHER_USER }));
    expect(failed).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'NUMBER_NOT_FOUND',
      fault: 'tenant_configuration',
      rejection: { reason: 'REJECTION_REASON_NUMBER_NOT_FOUND', tenantId: OTHER_TENANT },
    });
    expect(failed.hint).toContain('dialplane number');
    expect(
      await failureOf(dispatch(parts.client, { initiatedBy: 'a9999999-9999-4999-8999-999999999999' })),
    ).toMatchObject({ reason: 'USER_NOT_FOUND' });
    expect(await countCalls()).toBe(before);
    expect(createRooms()).toBe(0);
  });

  test("when the router names another tenant, or another tenant's config: the dispatcher looks for itself", async () => {
    const configId = await parts.useServer({ ...server, url: proxy.url }, { owner: OTHER_TENANT });
    const lyingRouter = await startLyingRouter();
    const misled = await parts.startDispatcher({ ROUTER_ADDRESS: lyingRouter.address });
    const before = await countCalls();
    const truth = {
      tenantId: OTHER_TENANT,
      livekitConfigId: configId,
      deployment: proxy.url,
      sipTrunkId: 'ST_test',
      agentName: 'nobody',
    };
    lyingRouter.say({ ...truth, tenantId: TENANT });
    expect(await failureOf(dispatch(misled.client))).toMatchObject({ code: 'UNAVAILABLE', reason: 'CONFIG_CHANGED' });
    lyingRouter.say(truth);
    expect(await failureOf(dispatch(misled.client))).toMatchObject({ code: 'UNAVAILABLE', reason: 'CONFIG_CHANGED' });
    for (const lie of [
      { sipTrunkId: 'ST_other' },
      { agentName: 'other' },
      { deployment: 'http://other.example.com' },
    ]) {
      lyingRouter.say({ ...truth, ...lie });
      expect(await failureOf(dispatch(misled.client, { initiatedBy: OTHER_USER }))).toMatchObject({
        code: 'UNAVAILABLE',
        reason: 'CONFIG_CHANGED',
      });
    }
    lyingRouter.say({ ...truth, livekitConfigId: '' });
    expect(await failureOf(dispatch(misled.client, { initiatedBy: OTHER_USER }))).toMatchObject({ code: 'INTERNAL' });
    expect(createRooms()).toBe(0);
    expect(await countCalls()).toBe(before);
    // Sabotaged: were all of it as the database has it, nothing would stop it.
    lyingRouter.say(truth);
    expect(await dispatch(misled.client, { initiatedBy: OTHER_USER })).toMatchObject({ tenantId: OTHER_TENANT });
    expect(createRooms()).toBe(1);
    await misled.stop();
    await lyingRouter.stop();
  });

  test('when the secret has not been sealed', async () => {
    await parts.useServer({ ...server, url: proxy.url }, { sealed: false });
    const before = await countCalls();
    expect(await failureOf(dispatch(parts.client))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'CONFIG_UNUSABLE',
      fault: 'tenant_configuration',
    });
    expect(await countCalls()).toBe(before);
  });

  const MALFORMED: readonly (readonly [Partial<DispatchRequest>, string])[] = [
    [{ idempotencyKey: '' }, 'idempotency_key'],
    [{ idempotencyKey: 'x'.repeat(10_240) }, 'idempotency_key'],
    [{ idempotencyKey: 'ключ' }, 'idempotency_key'],
    [{ agentId: '' }, 'agent_id'],
    [{ initiatedBy: '' }, 'initiated_by'],
    [{ initiatedBy: 'me' }, 'initiated_by'],
    [{ tenantId: OTHER_TENANT }, 'tenant_id'],
    [{ fromNumber: '' }, 'from_number'],
    [{ toNumber: '+12125550199;ext=1' }, 'to_number'],
    [{ metadata: 'hello' }, 'metadata'],
    [{ metadata: '[1]' }, 'metadata'],
    [{ metadata: '{"a":"\\u0000"}' }, 'metadata'],
    [{ metadata: '{"a":"\\ud800"}' }, 'metadata'],
    [{ metadata: '{"id":1234567890123456789}' }, 'metadata'],
    [{ metadata: '{"n":1e400}' }, 'metadata'],
    [{ metadata: `{"a":${'['.repeat(7_000)}${']'.repeat(7_000)}}` }, 'metadata'],
    [{ metadata: `{"a":"${'x'.repeat(17_000)}"}` }, 'metadata'],
    [{ ringingTimeout: { seconds: 0, nanos: 0 } }, 'ringing_timeout'],
    [{ ringingTimeout: { seconds: -5, nanos: 0 } }, 'ringing_timeout'],
    [{ ringingTimeout: { seconds: 81, nanos: 0 } }, 'ringing_timeout'],
    [{ maxDuration: { seconds: 86_400, nanos: 0 } }, 'max_duration'],
    [{ minSnapshotVersion: 'x' }, 'min_snapshot_version'],
  ];
  test.each(MALFORMED.map(([change, field]) => ({ short: JSON.stringify(change).slice(0, 80), change, field })))(
    'when the request is malformed: $short',
    async ({ change, field }) => {
      const before = await countCalls();
      expect(await failureOf(dispatch(parts.client, change))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        violations: [{ field }],
      });
      expect(await countCalls()).toBe(before);
    },
  );
});

describe('a deployment that misbehaves', () => {
  test('is out of reach: the call failed and nothing was sent', async () => {
    await parts.useServer({ ...server, url: 'http://127.0.0.1:1' });
    const failed = await failureOf(dispatch(parts.client, { idempotencyKey: 'unreachable' }));
    expect(failed).toMatchObject({
      code: 'ABORTED',
      reason: 'DEPLOYMENT_UNREACHABLE',
      fault: 'deployment',
      retryable: false,
    });
    expect((await getCall(failed.metadata?.call_log_id ?? '')).call).toMatchObject({
      state: 'CALL_STATE_FAILED',
      reason: 'CALL_REASON_DEPLOYMENT_UNREACHABLE',
    });
    expect(await failureOf(dispatch(parts.client, { idempotencyKey: 'unreachable' }))).toEqual(failed);
  });

  test('refuses the key, and its reply, which holds the token, goes nowhere', async () => {
    await parts.useServer({ ...server, apiSecret: 'x'.repeat(40) });
    expect(await failureOf(dispatch(parts.client))).toMatchObject({ code: 'ABORTED', reason: 'CREDENTIAL_REFUSED' });
    await parts.useServer({ ...server, url: proxy.url });
    proxy.behaviours.set('CreateRoom', 'refuse with jwt');
    const failed = await failureOf(dispatch(parts.client));
    expect(failed).toMatchObject({ reason: 'CREDENTIAL_REFUSED', fault: 'tenant_configuration' });
    expect(JSON.stringify(failed)).not.toContain('eyJ');
  });

  test('redirects: the call failed, and nothing else was asked', async () => {
    proxy.behaviours.set('CreateRoom', 'redirect');
    expect(await failureOf(dispatch(parts.client))).toMatchObject({
      code: 'ABORTED',
      reason: 'DEPLOYMENT_ERROR',
      fault: 'deployment',
    });
    expect(createRooms()).toBe(1);
  });

  test('loses the reply to a createRoom that it served: the dispatch is found, and the call goes on', async () => {
    proxy.behaviours.set('CreateRoom', 'lose reply');
    expect(await dispatch(parts.client)).toMatchObject({
      attemptState: 'ATTEMPT_STATE_ROOM_READY',
      agentDispatchId: expect.stringMatching(/^AD_/),
    });
    expect(createRooms()).toBe(1);
  });

  test.each(['reset', 'endless', 'html'] as const)(
    'leaves the outcome in doubt (%s): the call is UNKNOWN, and nothing is sent again',
    async (behaviour) => {
      proxy.behaviours.set('CreateRoom', behaviour);
      proxy.behaviours.set('ListDispatch', 'reset');
      const failed = await failureOf(dispatch(parts.client, { idempotencyKey: `doubt-${behaviour}` }));
      expect(failed).toMatchObject({ code: 'UNKNOWN', reason: 'OUTCOME_UNKNOWN', retryable: false });
      expect(failed.hint).toContain('dialplane call show');
      expect((await getCall(failed.metadata?.call_log_id ?? '')).call).toMatchObject({ state: 'CALL_STATE_UNKNOWN' });
      expect(await failureOf(dispatch(parts.client, { idempotencyKey: `doubt-${behaviour}` }))).toEqual(failed);
      expect(createRooms()).toBe(1);
    },
  );
});

test('a database that goes away while LiveKit serves the request loses nothing of what became of it', async () => {
  proxy.behaviours.set('CreateRoom', 'slow');
  const reply = dispatch(parts.client, { idempotencyKey: 'database-blip' }).catch(() => undefined);
  while (createRooms() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const bringBack = await parts.database.takeDown();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await bringBack();
  await reply;
  expect(await dispatch(parts.client, { idempotencyKey: 'database-blip' })).toMatchObject({
    attemptState: 'ATTEMPT_STATE_ROOM_READY',
  });
  expect(createRooms()).toBe(1);
});

test('values that somebody wrote into the database past the CLI stop a call before it is written', async () => {
  await parts.useServer({ ...server, url: proxy.url }, { template: ['{{to_number}}'] });
  expect(await failureOf(dispatch(parts.client))).toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'CONFIG_UNUSABLE',
  });
  await parts.sql("UPDATE $schema.voice_agent_livekit SET job_metadata_template = NULL, trunk_id = E'ST_x\\r\\nX: y'");
  await parts.settle();
  expect(await failureOf(dispatch(parts.client))).toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'CONFIG_INCOMPLETE',
  });
  expect(createRooms()).toBe(0);
});

describe('a dispatcher that stops', () => {
  async function replyWhileStopping(drainMs: string) {
    proxy.behaviours.set('CreateRoom', 'slow');
    const stopping = await parts.startDispatcher({ DRAIN_MS: drainMs });
    const reply = dispatch(stopping.client).then(
      (response) => response.attemptState,
      (error: ServiceError) => status[error.code],
    );
    while (createRooms() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await stopping.running.stop();
    stopping.client.close();
    return reply;
  }

  test('answers what it has begun first', async () => {
    expect(await replyWhileStopping('5000')).toBe('ATTEMPT_STATE_ROOM_READY');
  });

  test('sabotaged: without patience the caller gets no answer', async () => {
    expect(await replyWhileStopping('0')).toBe('CANCELLED');
  });
});

describe('GetCall', () => {
  test("of another tenant's call is NOT_FOUND, as of one that is not there", async () => {
    const { callLogId } = await dispatch(parts.client);
    const another = await failureOf(getCall(callLogId, { tenantId: OTHER_TENANT }));
    expect(another).toMatchObject({ code: 'NOT_FOUND', reason: 'CALL_NOT_FOUND' });
    expect(await failureOf(getCall('99999999-9999-4999-8999-999999999999'))).toEqual(another);
    expect(await failureOf(getCall(callLogId, { initiatedBy: OTHER_USER }))).toEqual(another);
  });

  test.each([
    [{ callLogId: 'x', tenantId: TENANT }, 'call_log_id'],
    [{ callLogId: TENANT, tenantId: '' }, 'initiated_by'],
    [{ callLogId: TENANT, tenantId: 'x' }, 'tenant_id'],
  ])('refuses %j', async ({ callLogId, tenantId }, field) => {
    expect(await failureOf(getCall(callLogId, { tenantId }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field }],
    });
  });
});

test('with the database down a Dispatch is UNAVAILABLE, and the same request works when it is back', async () => {
  const request = { idempotencyKey: 'database-down' };
  const bringBack = await parts.database.takeDown();
  expect(await failureOf(dispatch(parts.client, request))).toMatchObject({
    code: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    retryable: true,
  });
  await bringBack();
  expect(await dispatch(parts.client, request)).toMatchObject({ attemptState: 'ATTEMPT_STATE_ROOM_READY' });
});

test('a call that is deleted while it is waited for is named all the same', async () => {
  const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'deleted-meanwhile' });
  const waiting = failureOf(
    dispatch(parts.client, { idempotencyKey: 'deleted-meanwhile', waitUntil: 'WAIT_UNTIL_AGENT_READY' }),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  await parts.sql('DELETE FROM $schema.voice_call_logs WHERE id = $1', [callLogId]);
  expect(await waiting).toMatchObject({
    code: 'ALREADY_EXISTS',
    reason: 'IDEMPOTENCY_KEY_IN_USE',
    message: expect.stringContaining('no longer'),
    metadata: { call_log_id: callLogId },
  });
});

test('a key whose call retention has deleted is not used for a second call', async () => {
  const { callLogId } = await dispatch(parts.client, { idempotencyKey: 'retained' });
  await parts.sql('DELETE FROM $schema.voice_call_logs WHERE id = $1', [callLogId]);
  expect(await failureOf(dispatch(parts.client, { idempotencyKey: 'retained' }))).toMatchObject({
    code: 'ALREADY_EXISTS',
    reason: 'IDEMPOTENCY_KEY_IN_USE',
    message: expect.stringContaining('no longer'),
    metadata: { call_log_id: callLogId },
  });
  expect(createRooms()).toBe(1);
});
