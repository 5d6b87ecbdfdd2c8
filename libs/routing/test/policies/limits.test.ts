import { expect, test } from '@jest/globals';

import { CONFIG, deployment, number, ORIGIN, tenant, trunk } from '../example-view.ts';
import { applyUpTo, callOf } from './ways-of.ts';

test('every limit that counts is told, and none refuses', () => {
  const rules = { livekit_config: CONFIG, limits: { max_concurrent_calls: 30, calls_per_second: 0.5 } };
  const rows = {
    tenants: [tenant({ defaults: { limits: { calls_per_day: 5000 } } })],
    voice_agent_numbers: [number({ rules })],
    trunks: [trunk({ limits: '{"per_callee_per_day":3}' })],
    deployments: [deployment({ limits: '{"max_concurrent_calls":100}' })],
  };
  const { result, told } = applyUpTo('limits', callOf(rows));
  expect(result).toBeUndefined();
  for (const text of [
    'number: 30 calls at once, 0.5 a second',
    "tenant's default: 5000 a day",
    'trunk ST_main: 3 to one callee a day',
    `deployment ${ORIGIN}: 100 calls at once`,
  ])
    expect(told).toContain(text);
});

test('where there are none, that is said', () => {
  expect(applyUpTo('limits', callOf({ trunks: [trunk()] })).told).toContain('there are none');
});
