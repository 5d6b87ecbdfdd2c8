import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { readConfig } from '../src/config.ts';
import { CONFIG, createCase, id, NUMBER, TENANT } from './case.ts';
import type { Case } from './case.ts';
import { startAsked } from './start-router.ts';
import type { Asked } from './start-router.ts';

let data: Case;
let asked: Asked;

beforeAll(async () => {
  data = await createCase();
  asked = await startAsked(data);
});

afterAll(async () => {
  await asked.stop();
  await data.drop();
});

describe('a call that can be routed', () => {
  test("goes to the deployment of the user's tenant, over its trunk, to its agent", async () => {
    const before = Date.now();
    const answer = await asked.route({ agentId: 'an-agent' });
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
    expect(answer.expiresAt?.getTime()).toBeGreaterThan(before);
    expect(answer.snapshotVersion).toMatch(/^[^.]+\.\d+$/);
  });

  test.each(['+12125550123', '12125550123', '02125550123', '2125550123'])(
    'may write its number as %s',
    async (fromNumber) => {
      expect((await asked.route({ fromNumber })).number?.e164).toBe(NUMBER);
    },
  );

  test('may name the tenant instead of a user, or both when they agree', async () => {
    expect((await asked.route({ initiatedBy: '', tenantId: TENANT })).tenantId).toBe(TENANT);
    expect((await asked.route({ tenantId: TENANT.toUpperCase() })).tenantId).toBe(TENANT);
  });
});

describe('a call that is refused', () => {
  test.each([
    ['without rules', '2', 'NO_LIVEKIT_CONFIG', 'dialplane number assign'],
    ["whose rules name another tenant's config", '3', 'CONFIG_OF_ANOTHER_TENANT', 'dialplane number assign'],
    ['whose rules are a list', '4', 'RULES_INVALID', 'rules'],
    ['that is switched off', '5', 'NUMBER_DISABLED', 'dialplane number enable'],
  ])('from a number %s says so', async (_, digit, reason, hint) => {
    const refused = await asked.rejection({ initiatedBy: id(digit, 'a') });
    expect(refused).toMatchObject({
      reason: `REJECTION_REASON_${reason}`,
      fault: 'FAULT_TENANT_CONFIGURATION',
      tenantId: id(digit, digit),
    });
    expect(refused.hint).toContain(hint);
    expect(JSON.stringify(refused)).not.toContain(TENANT);
  });

  test('by an unknown user says so', async () => {
    expect(await asked.rejection({ initiatedBy: id('9', 'a') })).toMatchObject({
      reason: 'REJECTION_REASON_USER_NOT_FOUND',
      fault: 'FAULT_CALLER',
    });
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
    expect(await asked.failure({ fromNumber })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fault: 'caller',
      retryable: false,
      violations: [{ field: 'from_number' }],
    });
  });

  test.each([...hostile, '2125550199', '+02125550199'])('to_number %j is refused', async (toNumber) => {
    expect(await asked.failure({ toNumber })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'to_number' }],
    });
  });

  test.each([
    [{ initiatedBy: '' }, 'initiated_by'],
    [{ initiatedBy: 'not-a-uuid' }, 'initiated_by'],
    [{ tenantId: '{1}' }, 'tenant_id'],
    [{ agentId: 'line\nbreak' }, 'agent_id'],
    [{ routingKey: 'ü' }, 'routing_key'],
    [{ minSnapshotVersion: 'yesterday' }, 'min_snapshot_version'],
  ])('%j is refused', async (change, field) => {
    expect(await asked.failure(change)).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });

  test('every wrong field is named at once', async () => {
    const { violations } = await asked.failure({
      initiatedBy: 'x',
      fromNumber: 'x',
      toNumber: 'x',
      minSnapshotVersion: 'x',
    });
    expect(violations?.map(({ field }) => field)).toEqual([
      'initiated_by',
      'from_number',
      'to_number',
      'min_snapshot_version',
    ]);
  });

  test("a user and another tenant's id are a conflict", async () => {
    expect(await asked.failure({ tenantId: id('2', '2') })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'tenant_id' }],
    });
  });

  test('a message over the size limit is refused', async () => {
    expect(await asked.failure({ agentId: 'x'.repeat(1_100_000) })).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });

  test('a deadline that has passed is refused', async () => {
    expect(await asked.failure({}, { deadline: Date.now() - 1 })).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });
});

describe('min_snapshot_version', () => {
  test('a version that is there is no obstacle', async () => {
    const { snapshotVersion } = await asked.route();
    expect((await asked.route({ minSnapshotVersion: snapshotVersion })).snapshotVersion).toBe(snapshotVersion);
  });

  test('a change by anybody makes a later version, and a request that waits for it sees the change', async () => {
    const before = await asked.route();
    const [epoch, version] = before.snapshotVersion.split('.');
    const waiting = asked.route({ minSnapshotVersion: `${epoch}.${Number(version) + 1}` });
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_moved'");
    expect((await waiting).targets[0]?.sipTrunkId).toBe('ST_moved');
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_uae'");
  });

  test('a version that does not come is UNAVAILABLE, with both versions', async () => {
    const [epoch] = (await asked.route()).snapshotVersion.split('.');
    const failed = await asked.failure({ minSnapshotVersion: `${epoch}.999999` }, { deadline: Date.now() + 1_000 });
    expect(failed).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'SNAPSHOT_TOO_OLD',
      retryable: true,
      metadata: { min_snapshot_version: `${epoch}.999999` },
    });
    expect(failed.metadata?.current_snapshot_version).toMatch(new RegExp(`^${epoch}\\.`));
  });

  test('a version of another epoch is not waited for', async () => {
    expect(await asked.failure({ minSnapshotVersion: 'elsewhere.1' })).toMatchObject({
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
    const fallingBack = await startAsked(data, { ...FALLBACK, METRICS_LISTEN: '127.0.0.1:0' });
    try {
      const answer = await fallingBack.route({ initiatedBy: id('2', 'a') });
      expect(answer).toMatchObject({
        source: 'ROUTE_SOURCE_ENVIRONMENT',
        targets: [{ livekitConfigId: '', sipTrunkId: 'ST_env', deployment: 'https://fallback.example.com' }],
      });
      expect(answer.notes.join()).toContain('environment credentials');
      expect(await fallingBack.rejection({ initiatedBy: id('3', 'a') })).toMatchObject({
        reason: 'REJECTION_REASON_CONFIG_OF_ANOTHER_TENANT',
      });
      const metrics = await fetch(`http://${fallingBack.router.metricsAddress}/metrics`);
      const figures = await metrics.text();
      expect(figures).toContain('dialplane_environment_fallback_total 1');
      expect(figures).toContain('dialplane_route_decisions_total{outcome="routed",reason=""} 1');
      expect(figures).toContain(
        'dialplane_route_decisions_total{outcome="rejected",reason="config_of_another_tenant"} 1',
      );
      expect(figures).toMatch(/dialplane_snapshot_rows\{table="voice_agent_numbers"\} 5/);
      expect(figures).toMatch(/dialplane_snapshot_age_seconds \d/);
      expect(figures).toMatch(/dialplane_snapshot_version \d/);
      expect(figures).toContain('dialplane_snapshot_events_total{kind="loaded"} 1');
    } finally {
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
  await expect(startAsked(data, { DATABASE_URL: data.urls.dispatcher })).rejects.toThrow('is not dialplane_router');
});
