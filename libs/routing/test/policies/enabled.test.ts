import { describe, expect, test } from '@jest/globals';

import { config, CONFIG, deployment, number, OTHER_CONFIG, OTHER_TENANT, trunk } from '../example-view.ts';
import type { ExampleRows } from '../example-view.ts';
import { applyUpTo, callOf, droppedBy, nameOf } from './ways-of.ts';

const carriers = (...written: object[]): Partial<ExampleRows> => ({
  voice_agent_numbers: [
    number({ rules: { livekit_config: CONFIG, carriers: written.map((it) => ({ prefixes: ['+'], ...it })) } }),
  ],
});

describe('a trunk', () => {
  test.each<[string, Partial<ExampleRows>, string]>([
    ["that is the config's own", carriers({ trunk_id: 'ST_main' }), 'passed'],
    ["that is the config's own and registered", { ...carriers({}), trunks: [trunk()] }, 'passed'],
    ["of an operator's, registered", { ...carriers({}), trunks: [trunk({ tenantId: null })] }, 'passed'],
    [
      "of an operator's beside the config's own",
      { ...carriers({ trunk_id: 'ST_x' }), trunks: [trunk({ sipTrunkId: 'ST_x', tenantId: null })] },
      'passed',
    ],
    [
      "of the tenant's beside the config's own",
      { ...carriers({ trunk_id: 'ST_x' }), trunks: [trunk({ sipTrunkId: 'ST_x' })] },
      'passed',
    ],
    ["that is neither registered nor the config's", carriers({ trunk_id: 'ST_x' }), 'trunk_not_found'],
    [
      'that is registered for another deployment',
      {
        ...carriers({ trunk_id: 'ST_x' }),
        trunks: [trunk({ sipTrunkId: 'ST_x', deploymentOrigin: 'https://other.example.com' })],
      },
      'trunk_not_found',
    ],
    [
      "of another tenant's",
      { ...carriers({ trunk_id: 'ST_x' }), trunks: [trunk({ sipTrunkId: 'ST_x', tenantId: OTHER_TENANT })] },
      'trunk_of_another_tenant',
    ],
    [
      "of another tenant's which the config names as its own",
      { ...carriers({}), trunks: [trunk({ tenantId: OTHER_TENANT })] },
      'trunk_of_another_tenant',
    ],
    [
      "of another tenant's which an operator's config names as its own",
      {
        ...carriers({}),
        voice_agent_livekit: [config({ tenantId: null })],
        trunks: [trunk({ tenantId: OTHER_TENANT })],
      },
      'trunk_of_another_tenant',
    ],
    [
      "of another tenant's behind a config that is switched off",
      {
        ...carriers({}),
        voice_agent_livekit: [config({ isActive: false })],
        trunks: [trunk({ tenantId: OTHER_TENANT })],
      },
      'trunk_of_another_tenant',
    ],
    [
      'of the carrier where the config has none',
      {
        ...carriers({ trunk_id: 'ST_x' }),
        voice_agent_livekit: [config({ sipTrunkId: null })],
        trunks: [trunk({ sipTrunkId: 'ST_x' })],
      },
      'passed',
    ],
  ])('%s: %s', (_, rows, expected) => {
    expect(applyUpTo('enabled', callOf(rows)).result?.refusal?.reason ?? 'passed').toBe(expected);
  });
});

describe('a header profile', () => {
  const profile = carriers({ header_profile: 'mobile' });
  const mobile = '{"mobile":{"X-Line":"mobile"}}';
  const fixed = '{"fixed":{"X-Line":"fixed"}}';
  test.each<[string, Partial<ExampleRows>, string]>([
    ['of the trunk', { trunks: [trunk({ headerProfiles: mobile })] }, 'passed'],
    ['of the deployment', { deployments: [deployment({ headerProfiles: mobile })] }, 'passed'],
    [
      'of the deployment where the trunk has others',
      { trunks: [trunk({ headerProfiles: fixed })], deployments: [deployment({ headerProfiles: mobile })] },
      'passed',
    ],
    [
      'of neither',
      { trunks: [trunk({ headerProfiles: fixed })], deployments: [deployment({ headerProfiles: fixed })] },
      'header_profile_not_found',
    ],
    [
      'of another trunk',
      { trunks: [trunk({ sipTrunkId: 'ST_x', headerProfiles: mobile })] },
      'header_profile_not_found',
    ],
  ])('%s: %s', (_, rows, expected) => {
    expect(applyUpTo('enabled', callOf({ ...profile, ...rows })).result?.refusal?.reason ?? 'passed').toBe(expected);
  });
});

test('what is wrong with one way does not stop another', () => {
  const rows = {
    voice_agent_numbers: [
      number({ rules: { routes: [{ livekit_config: CONFIG }, { livekit_config: OTHER_CONFIG }] } }),
    ],
    voice_agent_livekit: [config({ isActive: false }), config({ id: OTHER_CONFIG, sipTrunkId: 'ST_other' })],
  };
  const { result, ways } = applyUpTo('enabled', callOf(rows));
  expect(ways.map(nameOf)).toEqual(['ST_other of 2']);
  expect(droppedBy(result)).toEqual([['ST_main of 1', 'config_disabled']]);
  expect(result?.refusal).toBeUndefined();
});

test('when every way is out, the call is refused for the one that would have come first', () => {
  const routes = [
    { livekit_config: OTHER_CONFIG, priority: 2 },
    { livekit_config: CONFIG, priority: 1 },
  ];
  const rows = {
    voice_agent_numbers: [number({ rules: { routes } })],
    voice_agent_livekit: [config({ isActive: false })],
  };
  const { result } = applyUpTo('enabled', callOf(rows));
  expect(droppedBy(result).map(([, reason]) => reason)).toEqual(['config_not_found', 'config_disabled']);
  expect(result?.refusal?.reason).toBe('config_disabled');
});

describe('the environment', () => {
  const environmentFallback = {
    url: 'ws://livekit.example.com',
    deployment: 'http://livekit.example.com',
    sipTrunkId: 'ST_environment',
    agentName: 'fallback',
  };
  const line = { deploymentOrigin: environmentFallback.deployment, sipTrunkId: 'ST_environment' };
  test.each<[string, Partial<ExampleRows>, string]>([
    ['without rows of its own', {}, 'passed'],
    ["over an operator's trunk", { trunks: [trunk({ ...line, tenantId: null })] }, 'passed'],
    [
      "over another tenant's trunk",
      { trunks: [trunk({ ...line, tenantId: OTHER_TENANT })] },
      'trunk_of_another_tenant',
    ],
  ])('%s: %s', (_, rows, expected) => {
    const call = callOf({ voice_agent_numbers: [number({ rules: {} })], ...rows }, {}, { environmentFallback });
    expect(applyUpTo('enabled', call).result?.refusal?.reason ?? 'passed').toBe(expected);
  });
});
