import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RouterClient } from '@dialplane/contracts';
import type { RouteCallRequest } from '@dialplane/contracts';
import { callUnary, readStatusDetails } from '@dialplane/grpc';
import { credentials, status } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';

import { readConfig } from '../src/config.ts';
import { startRouter } from '../src/wire.ts';
import type { RunningRouter } from '../src/wire.ts';
import { CONFIG, createCase, id, NUMBER, TENANT, USER } from './case.ts';
import type { Case } from './case.ts';

let data: Case;
let router: RunningRouter;
let client: RouterClient;

beforeAll(async () => {
  data = await createCase();
  router = await start();
  client = new RouterClient(router.address, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await router.stop();
  await data.drop();
});

function start(env: Record<string, string> = {}): Promise<RunningRouter> {
  return startRouter(
    readConfig({
      ROUTER_LISTEN: '127.0.0.1:0',
      LOG_LEVEL: 'silent',
      DRAIN_MS: '1000',
      DATABASE_URL: data.urls.router,
      DB_SCHEMA: data.schema,
      ...env,
    }),
  );
}

const REQUEST: RouteCallRequest = {
  initiatedBy: USER,
  tenantId: '',
  fromNumber: NUMBER,
  toNumber: '+12125550199',
  agentId: '',
  minSnapshotVersion: '',
};

const routeCall = (change: Partial<RouteCallRequest>, options: Partial<CallOptions> = {}, asked = client) =>
  callUnary(asked.routeCall.bind(asked), { ...REQUEST, ...change }, options);

async function route(change: Partial<RouteCallRequest> = {}, asked = client) {
  const { outcome } = await routeCall(change, {}, asked);
  if (outcome?.$case !== 'route') throw new Error(`not routed: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

async function rejection(change: Partial<RouteCallRequest>, asked = client) {
  const { outcome } = await routeCall(change, {}, asked);
  if (outcome?.$case !== 'rejection') throw new Error(`not rejected: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

async function failure(change: Partial<RouteCallRequest>, options: Partial<CallOptions> = {}) {
  const error = await routeCall(change, options).then(
    () => {
      throw new Error('it did not fail');
    },
    (caught: unknown) => caught as ServiceError,
  );
  return { code: status[error.code], ...readStatusDetails(error) };
}

describe('a call that can be routed', () => {
  test("goes to the deployment of the user's tenant, over its trunk, to its agent", async () => {
    const asked = Date.now();
    const answer = await route({ agentId: 'an-agent' });
    expect(answer).toMatchObject({
      source: 'ROUTE_SOURCE_DATABASE',
      tenantId: TENANT,
      number: { baseNumber: '2125550123', countryCode: '1', e164: NUMBER },
      targets: [
        {
          livekitConfigId: CONFIG,
          deployment: 'http://livekit.example.com:7880',
          serverUrl: 'http://livekit.example.com:7880',
          sipTrunkId: 'ST_uae',
          agentName: 'agent-uae',
          callerId: NUMBER,
        },
      ],
      notes: ['The agent is not known here; its id is passed on.'],
    });
    expect(answer.expiresAt?.getTime()).toBeLessThanOrEqual(Date.now() + 300_000);
    expect(answer.expiresAt?.getTime()).toBeGreaterThan(asked);
    expect(answer.snapshotVersion).toMatch(/^[^.]+\.\d+$/);
  });

  test.each(['+12125550123', '12125550123', '02125550123', '2125550123'])(
    'may write its number as %s',
    async (fromNumber) => {
      expect((await route({ fromNumber })).number?.e164).toBe(NUMBER);
    },
  );

  test('may name the tenant instead of a user, or both when they agree', async () => {
    expect((await route({ initiatedBy: '', tenantId: TENANT })).tenantId).toBe(TENANT);
    expect((await route({ tenantId: TENANT.toUpperCase() })).tenantId).toBe(TENANT);
  });

  test('carries an explanation that ends with the target', async () => {
    const { response, trace } = await callUnary(client.explainRoute.bind(client), { request: REQUEST });
    expect(response?.outcome?.$case).toBe('route');
    expect(trace.map(({ step }) => step)).toEqual([
      'user',
      'tenant',
      'agent',
      'number',
      'destination',
      'rules',
      'livekit_config',
      'target',
    ]);
  });
});

describe('a call that is refused', () => {
  test.each([
    ['without rules', '2', 'NO_LIVEKIT_CONFIG', 'dialplane number assign'],
    ["whose rules name another tenant's config", '3', 'CONFIG_OF_ANOTHER_TENANT', 'dialplane number assign'],
    ['whose rules are a list', '4', 'RULES_INVALID', 'rules'],
    ['that is switched off', '5', 'NUMBER_DISABLED', 'dialplane number enable'],
  ])('from a number %s says so', async (_, digit, reason, hint) => {
    const refused = await rejection({ initiatedBy: id(digit, 'a') });
    expect(refused).toMatchObject({
      reason: `REJECTION_REASON_${reason}`,
      fault: 'FAULT_TENANT_CONFIGURATION',
      tenantId: id(digit, digit),
    });
    expect(refused.hint).toContain(hint);
    expect(JSON.stringify(refused)).not.toContain(TENANT);
  });

  test('by an unknown user says so', async () => {
    expect(await rejection({ initiatedBy: id('9', 'a') })).toMatchObject({
      reason: 'REJECTION_REASON_USER_NOT_FOUND',
      fault: 'FAULT_CALLER',
    });
  });

  test('is explained step by step up to the refusal', async () => {
    const { trace } = await callUnary(client.explainRoute.bind(client), {
      request: { ...REQUEST, initiatedBy: id('2', 'a') },
    });
    expect(trace.at(-1)).toMatchObject({ step: 'livekit_config', outcome: 'STEP_OUTCOME_REFUSED' });
  });
});

describe('bad input', () => {
  const hostile = [
    '',
    'abc',
    '٠١٢٣٤٥٦٧',
    '１２１２５５５０１２３',
    '+1212\r\nVia: x',
    '+12125550123\0',
    '+12125550123;ext=1',
    '+12125550123@example.com',
    '+1234567890123456',
  ];
  test.each(hostile)('from_number %j is refused', async (fromNumber) => {
    expect(await failure({ fromNumber })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fault: 'caller',
      retryable: false,
      violations: [{ field: 'from_number' }],
    });
  });

  test.each([...hostile, '2125550199', '+02125550199'])('to_number %j is refused', async (toNumber) => {
    expect(await failure({ toNumber })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'to_number' }],
    });
  });

  test.each([
    [{ initiatedBy: '' }, 'initiated_by'],
    [{ initiatedBy: 'not-a-uuid' }, 'initiated_by'],
    [{ tenantId: '{1}' }, 'tenant_id'],
    [{ agentId: 'line\nbreak' }, 'agent_id'],
    [{ minSnapshotVersion: 'yesterday' }, 'min_snapshot_version'],
  ])('%j is refused', async (change, field) => {
    expect(await failure(change)).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });

  test('every wrong field is named at once', async () => {
    const { violations } = await failure({ initiatedBy: 'x', fromNumber: 'x', toNumber: 'x', minSnapshotVersion: 'x' });
    expect(violations?.map(({ field }) => field)).toEqual([
      'initiated_by',
      'from_number',
      'to_number',
      'min_snapshot_version',
    ]);
  });

  test("a user and another tenant's id are a conflict", async () => {
    expect(await failure({ tenantId: id('2', '2') })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'tenant_id' }],
    });
  });

  test('a message over the size limit is refused', async () => {
    expect(await failure({ agentId: 'x'.repeat(300_000) })).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });

  test('a deadline that has passed is refused', async () => {
    expect(await failure({}, { deadline: Date.now() - 1 })).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });
});

describe('min_snapshot_version', () => {
  test('a version that is there is no obstacle', async () => {
    const { snapshotVersion } = await route();
    expect((await route({ minSnapshotVersion: snapshotVersion })).snapshotVersion).toBe(snapshotVersion);
  });

  test('a change by anybody makes a later version, and a request that waits for it sees the change', async () => {
    const before = await route();
    const [epoch, version] = before.snapshotVersion.split('.');
    const waiting = route({ minSnapshotVersion: `${epoch}.${Number(version) + 1}` });
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_moved'");
    expect((await waiting).targets[0]?.sipTrunkId).toBe('ST_moved');
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_uae'");
  });

  test('a version that does not come is UNAVAILABLE, with both versions', async () => {
    const [epoch] = (await route()).snapshotVersion.split('.');
    const failed = await failure({ minSnapshotVersion: `${epoch}.999999` }, { deadline: Date.now() + 1_000 });
    expect(failed).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'SNAPSHOT_TOO_OLD',
      retryable: true,
      metadata: { min_snapshot_version: `${epoch}.999999` },
    });
    expect(failed.metadata?.current_snapshot_version).toMatch(new RegExp(`^${epoch}\\.`));
  });

  test('a version of another epoch is not waited for', async () => {
    expect(await failure({ minSnapshotVersion: 'elsewhere.1' })).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
    });
  });
});

describe('the environment fallback', () => {
  const FALLBACK = {
    ENVIRONMENT_FALLBACK: 'on',
    LIVEKIT_URL: 'wss://fallback.example.com',
    LIVEKIT_SIP_TRUNK_ID: 'ST_env',
    LIVEKIT_AGENT_NAME: 'agent-env',
  };

  test('serves a number whose rules name no config, says so, and serves no other', async () => {
    const fallingBack = await start({ ...FALLBACK, METRICS_LISTEN: '127.0.0.1:0' });
    const asked = new RouterClient(fallingBack.address, credentials.createInsecure());
    try {
      const answer = await route({ initiatedBy: id('2', 'a') }, asked);
      expect(answer).toMatchObject({
        source: 'ROUTE_SOURCE_ENVIRONMENT',
        targets: [{ livekitConfigId: '', sipTrunkId: 'ST_env', deployment: 'https://fallback.example.com' }],
      });
      expect(answer.notes.join()).toContain('environment credentials');
      const metrics = await fetch(`http://${fallingBack.metricsAddress}/metrics`);
      expect(await metrics.text()).toContain('dialplane_environment_fallback_total 1');
      expect(await rejection({ initiatedBy: id('3', 'a') }, asked)).toMatchObject({
        reason: 'REJECTION_REASON_CONFIG_OF_ANOTHER_TENANT',
      });
    } finally {
      asked.close();
      await fallingBack.stop();
    }
  });

  test('does not start half configured', () => {
    expect(() => readConfig({ ENVIRONMENT_FALLBACK: 'on', LIVEKIT_URL: 'wss://fallback.example.com' })).toThrow(
      'LIVEKIT_SIP_TRUNK_ID',
    );
  });
});

test("a router that is given another process's role does not start", async () => {
  await expect(start({ DATABASE_URL: data.urls.dispatcher })).rejects.toThrow('is not dialplane_router');
});

test('with the database down a call is UNAVAILABLE, and routed again when it is back', async () => {
  const bringBack = await data.takeDown();
  expect(await failure({})).toMatchObject({
    code: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    fault: 'dialplane',
    retryable: true,
  });
  await bringBack();
  expect((await route()).tenantId).toBe(TENANT);
});
