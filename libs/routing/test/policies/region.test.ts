import { expect, test } from '@jest/globals';

import { config, CONFIG, deployment, number, OTHER_CONFIG, tenant } from '../example-view.ts';
import { applyUpTo, callOf, droppedBy, nameOf } from './ways-of.ts';

const INDIA = 'https://india.example.com';
const CONFIGS = [config(), config({ id: OTHER_CONFIG, sipTrunkId: 'ST_india', url: INDIA })];
const BOTH = { routes: [{ livekit_config: CONFIG }, { livekit_config: OTHER_CONFIG }] };

test.each<[string, string | undefined, string | undefined, (string | null)[], string[], string[]]>([
  ['no pin', undefined, undefined, ['AE', 'IN'], ['ST_main of 1', 'ST_india of 2'], []],
  ["the number's pin", 'IN', undefined, ['AE', 'IN'], ['ST_india of 2'], ['ST_main of 1']],
  ["the tenant's pin", undefined, 'IN', ['AE', 'IN'], ['ST_india of 2'], ['ST_main of 1']],
  ["the number's pin before the tenant's", 'AE', 'IN', ['AE', 'IN'], ['ST_main of 1'], ['ST_india of 2']],
  ['a pin and a deployment of no region', 'IN', undefined, [null, 'IN'], ['ST_india of 2'], ['ST_main of 1']],
  ['a pin in other letters', 'in', undefined, ['AE', 'IN'], [], ['ST_main of 1', 'ST_india of 2']],
])('%s', (_, pinned, byDefault, regions, kept, dropped) => {
  const rows = {
    tenants: [tenant({ defaults: byDefault === undefined ? {} : { region: byDefault } })],
    voice_agent_numbers: [number({ rules: { ...BOTH, region: pinned } })],
    voice_agent_livekit: CONFIGS,
    deployments: [deployment({ region: regions[0]! }), deployment({ origin: INDIA, region: regions[1]! })],
  };
  const { result, ways } = applyUpTo('region', callOf(rows));
  expect(ways.map(nameOf)).toEqual(kept);
  expect(droppedBy(result)).toEqual(dropped.map((name) => [name, 'no_deployment_in_region']));
  expect(result?.refusal?.reason).toBe(kept.length === 0 ? 'no_deployment_in_region' : undefined);
});

test('a deployment without a row is in no region', () => {
  const rows = { voice_agent_numbers: [number({ rules: { livekit_config: CONFIG, region: 'IN' } })] };
  const { result } = applyUpTo('region', callOf(rows));
  expect(result?.refusal?.message).toContain('is in no region');
});

test('the environment is pinned too', () => {
  const environmentFallback = {
    url: 'ws://fallback.example.com',
    deployment: 'http://fallback.example.com',
    sipTrunkId: 'ST_environment',
    agentName: 'fallback',
  };
  const deployments = [deployment({ origin: environmentFallback.deployment, region: 'AE' })];
  const pinnedTo = (region: string): string | undefined => {
    const rows = { voice_agent_numbers: [number({ rules: { region } })], deployments };
    return applyUpTo('region', callOf(rows, {}, { environmentFallback })).result?.refusal?.reason;
  };
  expect([pinnedTo('AE'), pinnedTo('IN')]).toEqual([undefined, 'no_deployment_in_region']);
});
