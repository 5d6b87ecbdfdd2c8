import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExplainRouteRequest } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { STEPS } from '@dialplane/routing';
import { MAX_RULES_LENGTH } from '@dialplane/tenancy';

import { CONFIG, createCase, id } from './case.ts';
import type { Case } from './case.ts';
import { failureOf, REQUEST, startAsked } from './start-router.ts';
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

const explain = (change: Partial<ExplainRouteRequest> = {}) =>
  callUnary(asked.client.explainRoute.bind(asked.client), {
    request: REQUEST,
    at: undefined,
    proposedRules: '',
    ...change,
  });

/** A Wednesday. */
const NOON_IN_DELHI = new Date('2026-01-07T06:30:00Z');
const NIGHT_IN_DELHI = new Date('2026-01-07T18:30:00Z');
const IN_INDIA = {
  livekit_config: CONFIG,
  destinations: { allow: ['IN'] },
  calling_hours: {
    timezone: 'Asia/Kolkata',
    windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '21:00' }],
  },
};

test("an explanation is RouteCall's answer with every step, and how old the snapshot is", async () => {
  const [route, { response, trace, snapshotAge }] = [await asked.route(), await explain()];
  expect(response?.outcome).toMatchObject({ $case: 'route', value: { ...route, expiresAt: expect.any(Date) } });
  expect(trace.map(({ step }) => step)).toEqual(STEPS);
  expect(snapshotAge?.seconds).toBeLessThan(60);
});

test('a step that refuses has a code, whose fault it is, and what mends it', async () => {
  const { response, trace } = await explain({ request: { ...REQUEST, initiatedBy: id('2', 'a') } });
  expect(response?.outcome).toMatchObject({
    $case: 'rejection',
    value: { reason: expect.stringContaining('NO_LIVEKIT_CONFIG') },
  });
  expect(trace.filter(({ outcome }) => outcome === 'STEP_OUTCOME_REFUSED')[0]).toMatchObject({
    step: 'candidates',
    reason: 'REJECTION_REASON_NO_LIVEKIT_CONFIG',
    fault: 'FAULT_TENANT_CONFIGURATION',
    hint: expect.stringContaining('dialplane number assign'),
  });
});

describe('proposed rules', () => {
  test('are decided by instead of the stored ones, at the moment that is given, and nothing is changed', async () => {
    const request = { ...REQUEST, toNumber: '+919999999999' };
    const proposedRules = JSON.stringify(IN_INDIA);
    const before = await asked.rejection(request);
    expect((await explain({ request, at: NOON_IN_DELHI, proposedRules })).response?.outcome?.$case).toBe('route');
    expect((await explain({ request, at: NIGHT_IN_DELHI, proposedRules })).response?.outcome).toMatchObject({
      $case: 'rejection',
      value: { reason: 'REJECTION_REASON_OUTSIDE_CALLING_HOURS' },
    });
    expect(await asked.rejection(request)).toEqual(before);
  });

  test("are another tenant's business no more than stored ones", async () => {
    const proposedRules = JSON.stringify({ livekit_config: CONFIG });
    const { response } = await explain({ request: { ...REQUEST, initiatedBy: id('2', 'a') }, proposedRules });
    expect(response?.outcome).toMatchObject({
      $case: 'rejection',
      value: { reason: 'REJECTION_REASON_CONFIG_OF_ANOTHER_TENANT' },
    });
  });

  test('may be as long as stored ones, in characters', async () => {
    const proposedRules = JSON.stringify({ livekit_config: CONFIG, note: 'ü'.repeat(MAX_RULES_LENGTH - 100) });
    expect(Buffer.byteLength(proposedRules)).toBeGreaterThan(1.9 * MAX_RULES_LENGTH);
    expect((await explain({ proposedRules })).response?.outcome?.$case).toBe('route');
  });

  test.each([
    ['that are no JSON', '{'],
    ['that are null', 'null'],
    ['that are a list', '[]'],
    ['of the wrong shape', '{"routes": 7}'],
    ['that are too long', JSON.stringify({ note: 'x'.repeat(MAX_RULES_LENGTH) })],
    [
      'that are very deep',
      `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`.replace('[', '{"livekit_config": 1, "b":['),
    ],
  ])('%s are refused', async (_name, proposedRules) => {
    expect(await failureOf(explain({ proposedRules }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'proposed_rules' }],
    });
  });
});

test.each([new Date(-1), new Date('3000-01-01')])('the moment %p is refused', async (at) => {
  expect(await failureOf(explain({ at }))).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'at' }] });
});

test('a missing request is refused', async () => {
  expect(await failureOf(explain({ request: undefined }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    violations: [{ field: 'request' }],
  });
});
