import { describe, expect, test } from '@jest/globals';

import { decideRoute, REJECTIONS } from '../src/index.ts';
import type { Decision, Rejected, RejectionReason, Routed, RouteRequest, RoutingView } from '../src/index.ts';
import { CONFIG, config, id, NOW, number, OTHER_TENANT, request, TENANT, USER, view } from './example-view.ts';

const ENVIRONMENT = {
  url: 'http://fallback.example.com:7880',
  deployment: 'http://fallback.example.com:7880',
  sipTrunkId: 'ST_environment',
  agentName: 'fallback-agent',
};

const decide = (world: Partial<RoutingView> = {}, asked: Partial<RouteRequest> = {}): Decision =>
  decideRoute(view(world), request(asked), NOW);

function routed(decision: Decision): Routed {
  if (decision.kind !== 'routed') throw new Error(`Rejected: ${decision.reason}`);
  return decision;
}
function rejected(decision: Decision): Rejected {
  if (decision.kind !== 'rejected') throw new Error('Routed');
  return decision;
}

describe('a call that can go', () => {
  test("goes to its tenant's config, with the number's own caller id, for five minutes", () => {
    expect(decide()).toEqual({
      kind: 'routed',
      source: 'database',
      tenantId: TENANT,
      number: { id: id(4, 1), baseNumber: '2125550100', countryCode: '1', e164: '+12125550100' },
      targets: [
        {
          livekitConfigId: CONFIG,
          deployment: 'https://livekit.example.com',
          serverUrl: 'wss://livekit.example.com/',
          sipTrunkId: 'ST_main',
          agentName: 'agent',
          callerId: '+12125550100',
        },
      ],
      expiresAt: new Date(NOW.getTime() + 300_000),
      trace: expect.anything() as unknown,
    });
  });

  test('is explained step by step', () => {
    expect(decide().trace.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['user', 'passed'],
      ['tenant', 'passed'],
      ['agent', 'passed'],
      ['number', 'passed'],
      ['destination', 'passed'],
      ['rules', 'passed'],
      ['livekit_config', 'passed'],
      ['target', 'passed'],
    ]);
  });

  test.each<[string, Partial<RoutingView>, Partial<RouteRequest>]>([
    [
      'by a caller who names the tenant alone',
      { userTenantId: undefined },
      { initiatedBy: undefined, tenantId: TENANT },
    ],
    ['by a tenant that has no row of its own', { tenant: undefined }, {}],
    ["over an operator's config", { configs: [config({ tenantId: null })] }, {}],
    ['without an agent', { agentTenantId: undefined }, { agentId: '' }],
    ['with rules that hold more than ours', { numbers: [number({ rules: { note: [], livekit_config: CONFIG } })] }, {}],
    [
      'with a config named in capitals',
      { numbers: [number({ rules: { livekit_config: id(3, 1).toUpperCase() } })] },
      {},
    ],
    [
      'with an inactive row of the same number beside it',
      { numbers: [number({ id: id(4, 2), isActive: false }), number()] },
      {},
    ],
  ])('may be asked for %s', (_, world, asked) => {
    expect(routed(decide(world, asked)).targets[0].sipTrunkId).toBe('ST_main');
  });

  test.each([
    ['https://livekit.example.com', 'https://livekit.example.com'],
    ['wss://livekit.example.com:443/', 'https://livekit.example.com'],
    ['ws://livekit.example.com:7880', 'http://livekit.example.com:7880'],
    ['http://livekit.example.com:7880/', 'http://livekit.example.com:7880'],
  ])('goes to %s as the deployment %s', (url, deployment) => {
    expect(routed(decide({ configs: [config({ url })] })).targets[0]).toMatchObject({ serverUrl: url, deployment });
  });
});

describe('a from-number', () => {
  test.each([
    ['+12125550100', 'in E.164'],
    ['12125550100', 'in digits without a plus'],
    ['02125550100', 'with a trunk zero'],
    ['2125550100', 'as the base number'],
  ])('%s is found (%s), and is shown in E.164', (fromNumber) => {
    const decision = routed(decide({}, { fromNumber }));
    expect(decision.targets[0].callerId).toBe('+12125550100');
    expect(decision.number.e164).toBe('+12125550100');
  });

  test.each(['+2125550100', '+02125550100', '0012125550100', '5550100'])('%s is another number', (fromNumber) => {
    expect(rejected(decide({}, { fromNumber })).reason).toBe('number_not_found');
  });

  const INDIA = number({ id: id(4, 2), countryCode: '+91', rules: { livekit_config: id(3, 2) } });
  const two = { numbers: [number(), INDIA], configs: [config(), config({ id: id(3, 2), sipTrunkId: 'ST_india' })] };

  test('of one base number in two countries is told apart by E.164', () => {
    expect(routed(decide(two, { fromNumber: '+12125550100' })).targets[0].sipTrunkId).toBe('ST_main');
    const india = routed(decide(two, { fromNumber: '912125550100' }));
    expect(india.targets[0]).toMatchObject({ sipTrunkId: 'ST_india', callerId: '+912125550100' });
    expect(india.number.countryCode).toBe('91');
  });

  test.each(['2125550100', '02125550100'])('of one base number in two countries is ambiguous as %s', (fromNumber) => {
    const decision = rejected(decide(two, { fromNumber }));
    expect(decision.reason).toBe('ambiguous_number');
    expect(decision.message).toContain('+12125550100, +912125550100');
  });

  test('read in two ways that fit two numbers is ambiguous, never the first', () => {
    // The digits are one number's E.164 and another one's base number.
    const numbers = [number(), number({ id: id(4, 2), baseNumber: '12125550100', countryCode: '91' })];
    for (const order of [numbers, numbers.toReversed()]) {
      expect(rejected(decide({ numbers: order }, { fromNumber: '12125550100' })).reason).toBe('ambiguous_number');
    }
  });
});

describe('five tenants with the same base number', () => {
  const tenants = [1, 2, 3, 4, 5].map((n) => id(1, n));
  // As in real life: one of the rows names a config, and the view holds all five.
  const numbers = tenants.map((tenantId, index) =>
    number({
      id: id(4, index + 1),
      tenantId,
      provider: `carrier-${index}`,
      rules: index === 2 ? { livekit_config: CONFIG } : null,
    }),
  );
  const world = (tenantId: string | undefined) => ({
    userTenantId: tenantId,
    tenant: undefined,
    numbers,
    configs: [config({ tenantId: tenants[2]! })],
  });

  test.each(tenants.map((tenantId, index) => [index + 1, tenantId] as const))(
    'tenant %i gets its own row',
    (n, tenantId) => {
      const decision = decide(world(tenantId));
      if (n === 3) {
        expect(routed(decision)).toMatchObject({ tenantId, number: { id: id(4, 3) } });
      } else {
        expect(rejected(decision)).toMatchObject({ reason: 'no_livekit_config', tenantId });
      }
    },
  );

  test("an agent of the tenant with the config does not lend it: the tenant is the user's", () => {
    const decision = rejected(decide({ ...world(tenants[0]), agentTenantId: tenants[2]! }));
    expect(decision).toMatchObject({ reason: 'no_livekit_config', tenantId: tenants[0] });
  });
});

describe('an agent', () => {
  test.each<[string, RoutingView['agentTenantId'], 'passed' | 'noted', string]>([
    ['of the same tenant', TENANT, 'passed', 'same tenant'],
    ['of another tenant', OTHER_TENANT, 'noted', 'another tenant'],
    ['of no tenant', null, 'noted', 'no tenant'],
    ['that is not known', undefined, 'noted', 'not known'],
  ])('%s does not stop the call, and the trace says so', (_, agentTenantId, outcome, says) => {
    const { tenantId, targets, trace } = routed(decide({ agentTenantId }));
    expect({ tenantId, trunk: targets[0].sipTrunkId }).toEqual({ tenantId: TENANT, trunk: 'ST_main' });
    const step = trace.find(({ step }) => step === 'agent');
    expect(step).toMatchObject({ outcome, concluded: expect.stringContaining(says) as unknown });
  });

  test("of another tenant is not told that tenant's id", () => {
    expect(JSON.stringify(decide({ agentTenantId: OTHER_TENANT }))).not.toContain(OTHER_TENANT);
  });
});

/** [what is wrong, the view, the request, the reason, what the hint names] */
type Refusal = readonly [
  name: string,
  world: Partial<RoutingView>,
  asked: Partial<RouteRequest>,
  reason: RejectionReason,
  hint: string,
];

const REFUSALS: readonly Refusal[] = [
  ['an unknown user', { userTenantId: undefined }, {}, 'user_not_found', `dialplane user add ${USER}`],
  [
    'an unknown user of a caller who names a tenant too',
    { userTenantId: undefined },
    { tenantId: TENANT },
    'user_not_found',
    'dialplane user add',
  ],
  [
    'a tenant that is switched off',
    { tenant: { id: TENANT, isActive: false } },
    {},
    'tenant_disabled',
    `dialplane tenant enable ${TENANT}`,
  ],
  [
    'a number that the tenant does not have',
    { numbers: [] },
    {},
    'number_not_found',
    `dialplane number list --tenant ${TENANT}`,
  ],
  [
    "another tenant's number",
    { numbers: [number({ tenantId: OTHER_TENANT })] },
    {},
    'number_not_found',
    'dialplane number add',
  ],
  [
    'a number whose parts make no number',
    { numbers: [number({ countryCode: '0' })] },
    { fromNumber: '2125550100' },
    'number_incomplete',
    'base_number and country_code',
  ],
  [
    'a number without a country code, as adopted rows may be',
    { numbers: [number({ countryCode: '' })] },
    { fromNumber: '2125550100' },
    'number_incomplete',
    'base_number and country_code',
  ],
  ['an ambiguous number', { numbers: [number(), number({ id: id(4, 2) })] }, {}, 'ambiguous_number', 'E.164'],
  [
    'a number that is switched off',
    { numbers: [number({ isActive: false })] },
    {},
    'number_disabled',
    'dialplane number enable +12125550100',
  ],
  [
    'two rows of it, both switched off',
    { numbers: [number({ isActive: false }), number({ id: id(4, 2), isActive: false })] },
    {},
    'number_disabled',
    'dialplane number enable',
  ],
  ['rules that are an array', { numbers: [number({ rules: [] })] }, {}, 'rules_invalid', 'rules column'],
  ['rules that are a text', { numbers: [number({ rules: 'livekit_config' })] }, {}, 'rules_invalid', 'rules column'],
  [
    'rules that name no UUID',
    { numbers: [number({ rules: { livekit_config: 'main' } })] },
    {},
    'rules_invalid',
    'rules column',
  ],
  [
    'no rules',
    { numbers: [number({ rules: null })] },
    {},
    'no_livekit_config',
    'dialplane number assign +12125550100 --config',
  ],
  [
    'rules that name no config',
    { numbers: [number({ rules: { note: 'x' } })] },
    {},
    'no_livekit_config',
    'dialplane number assign',
  ],
  ['a config that is not there', { configs: [] }, {}, 'config_not_found', 'dialplane number assign'],
  [
    "another tenant's config",
    { configs: [config({ tenantId: OTHER_TENANT })] },
    {},
    'config_of_another_tenant',
    'dialplane number assign',
  ],
  [
    "another tenant's config that is switched off",
    { configs: [config({ tenantId: OTHER_TENANT, isActive: false })] },
    {},
    'config_of_another_tenant',
    'dialplane number assign',
  ],
  [
    'a config that is switched off',
    { configs: [config({ isActive: false })] },
    {},
    'config_disabled',
    `dialplane config update ${CONFIG} --tenant ${TENANT} --enable`,
  ],
  [
    "an operator's config that is switched off",
    { configs: [config({ tenantId: null, isActive: false })] },
    {},
    'config_disabled',
    `dialplane config update ${CONFIG} --operator --enable`,
  ],
  ['a config without a trunk', { configs: [config({ sipTrunkId: null })] }, {}, 'config_incomplete', '--trunk'],
  ['a config with an empty trunk', { configs: [config({ sipTrunkId: '' })] }, {}, 'config_incomplete', '--trunk'],
  [
    'a config without an agent name',
    { configs: [config({ agentName: null })] },
    {},
    'config_incomplete',
    '--agent-name',
  ],
  [
    'a config whose trunk would inject a header',
    { configs: [config({ sipTrunkId: 'ST_x\r\nX: y' })] },
    {},
    'config_incomplete',
    '--trunk',
  ],
  [
    'a config whose agent name is blank',
    { configs: [config({ agentName: ' ' })] },
    {},
    'config_incomplete',
    '--agent-name',
  ],
  ['a config whose URL is none', { configs: [config({ url: 'livekit' })] }, {}, 'config_incomplete', '--url'],
  [
    'a config whose URL holds a path',
    { configs: [config({ url: 'https://livekit.example.com/rtc' })] },
    {},
    'config_incomplete',
    '--url',
  ],
  [
    'a dial mode of a later version',
    { configs: [config({ dialMode: 'claiming' })] },
    {},
    'dial_mode_unsupported',
    '--dial-mode legacy',
  ],
];

describe('a refusal', () => {
  test.each(REFUSALS.map((it) => [it[0], it[3], it] as const))(
    'for %s is %s',
    (_name, reason, [, world, asked, , hint]) => {
      const decision = rejected(decide(world, asked));
      expect(decision.reason).toBe(reason);
      expect(decision.hint).toContain(hint);
      expect(decision.trace.at(-1)).toMatchObject({ outcome: 'refused', concluded: decision.message });
      expect(decision.trace.slice(0, -1).map(({ outcome }) => outcome)).not.toContain('refused');
    },
  );

  test('has a case for every reason there is', () => {
    expect(new Set(REFUSALS.map((it) => it[3]))).toEqual(new Set(Object.keys(REJECTIONS)));
  });

  test('names the tenant as soon as it is known', () => {
    expect(rejected(decide({ userTenantId: undefined })).tenantId).toBeUndefined();
    expect(rejected(decide({ numbers: [] })).tenantId).toBe(TENANT);
  });

  test("for another tenant's config tells nothing of that config but its id", () => {
    const told = JSON.stringify(
      decide({ configs: [config({ tenantId: OTHER_TENANT, name: 'theirs', sipTrunkId: 'ST_theirs' })] }),
    );
    for (const theirs of [OTHER_TENANT, 'theirs', 'ST_theirs', 'livekit.example.com'])
      expect(told).not.toContain(theirs);
  });

  /** The verbs of the admin CLI and the options that a hint may name. */
  const VERBS: Readonly<Record<string, readonly string[]>> = {
    'user add': ['--tenant'],
    'tenant enable': [],
    'number list': ['--tenant'],
    'number add': ['--tenant', '--base', '--country'],
    'number assign': ['--config', '--tenant'],
    'number enable': ['--tenant'],
    'number disable': ['--tenant'],
    'config update': ['--tenant', '--operator', '--enable', '--url', '--trunk', '--agent-name', '--dial-mode'],
  };

  test.each(REFUSALS.map((it) => [it[0], it] as const))('for %s names commands that exist', (_, [, world, asked]) => {
    for (const [, verb = '', rest = ''] of rejected(decide(world, asked)).hint.matchAll(
      /dialplane (\w+ \w+)([^;]*)/g,
    )) {
      expect(Object.keys(VERBS)).toContain(verb);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(VERBS[verb]).toContain(option);
    }
  });
});

describe('the environment fallback', () => {
  const NO_CONFIG = { numbers: [number({ rules: {} })] };

  test('is used for a number whose rules name no config, and is loud', () => {
    const decision = routed(decide({ ...NO_CONFIG, environmentFallback: ENVIRONMENT }));
    expect(decision.source).toBe('environment');
    expect(decision.targets).toEqual([
      {
        livekitConfigId: undefined,
        deployment: 'http://fallback.example.com:7880',
        serverUrl: 'http://fallback.example.com:7880',
        sipTrunkId: 'ST_environment',
        agentName: 'fallback-agent',
        callerId: '+12125550100',
      },
    ]);
    expect(decision.trace.find(({ step }) => step === 'livekit_config')).toMatchObject({
      outcome: 'noted',
      concluded: expect.stringContaining('Using environment credentials') as unknown,
    });
  });

  test('is not used when it is off', () => {
    expect(rejected(decide(NO_CONFIG)).reason).toBe('no_livekit_config');
  });

  test('is not used when the rules name a config that works', () => {
    expect(routed(decide({ environmentFallback: ENVIRONMENT })).source).toBe('database');
  });

  test.each(REFUSALS.filter(([, , , reason]) => reason !== 'no_livekit_config').map((it) => [it[0], it] as const))(
    'mends nothing else: %s is refused as before',
    (_, [, world, asked, reason]) => {
      expect(rejected(decide({ environmentFallback: ENVIRONMENT, ...world }, asked)).reason).toBe(reason);
    },
  );
});
