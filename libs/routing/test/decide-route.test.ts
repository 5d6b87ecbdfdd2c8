import { describe, expect, test } from '@jest/globals';

import { MAX_WAYS } from '@dialplane/tenancy';

import { decideRoute, REJECTIONS, STEPS } from '../src/index.ts';
import type { Circumstances, Decision, Rejected, Routed, RouteRequest, TraceStep } from '../src/index.ts';
import {
  CONFIG,
  config,
  exampleRows,
  id,
  NOW,
  number,
  OTHER_CONFIG,
  OTHER_TENANT,
  request,
  tenant,
  TENANT,
  trunk,
  viewOf,
} from './example-view.ts';
import type { ExampleRows } from './example-view.ts';
import { REFUSALS, ruled } from './refusal-cases.ts';

const ENVIRONMENT = {
  url: 'http://fallback.example.com:7880',
  deployment: 'http://fallback.example.com:7880',
  sipTrunkId: 'ST_environment',
  agentName: 'fallback-agent',
};

const decide = (
  rows: Partial<ExampleRows> = {},
  asked: Partial<RouteRequest> = {},
  circumstances: Partial<Circumstances> = {},
): Decision =>
  decideRoute(viewOf(exampleRows(rows)), request(asked), {
    now: NOW,
    environmentFallback: undefined,
    ...circumstances,
  });

function explain(...[rows, asked, circumstances]: Parameters<typeof decide>): TraceStep[] {
  const trace: TraceStep[] = [];
  decide(rows, asked, { ...circumstances, trace });
  return trace;
}
const outcomes = (trace: readonly TraceStep[]): string[] => trace.map(({ step, outcome }) => `${step} ${outcome}`);

function routed(decision: Decision): Routed {
  if (decision.kind !== 'routed') throw new Error(`Rejected: ${decision.reason}: ${decision.message}`);
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
          dialString: '+12125550199',
          callerIdString: '+12125550100',
          sipHeaders: {},
        },
      ],
      expiresAt: NOW + 300_000,
      notes: [],
    });
  });

  test('is explained step by step, and decided as without that', () => {
    const trace: TraceStep[] = [];
    expect(decide({}, {}, { trace })).toEqual(decide());
    expect(outcomes(trace)).toEqual(STEPS.map((step) => `${step} passed`));
    expect(trace.every(({ lookedAt, concluded }) => lookedAt !== '' && concluded !== '')).toBe(true);
  });

  test.each<[string, Partial<ExampleRows>, Partial<RouteRequest>]>([
    ['by a caller who names the tenant alone', { users: [] }, { initiatedBy: undefined, tenantId: TENANT }],
    ['by a tenant that has no row of its own', { tenants: [] }, {}],
    ["over an operator's config", { voice_agent_livekit: [config({ tenantId: null })] }, {}],
    ['over a trunk that is registered', { trunks: [trunk()] }, {}],
    ['over a trunk that an operator registered', { trunks: [trunk({ tenantId: null })] }, {}],
    ['without an agent', { voice_agents: [] }, { agentId: '' }],
    ['with rules that hold more than ours', ruled({ note: [], livekit_config: CONFIG }), {}],
    ['with a config named in capitals', ruled({ livekit_config: CONFIG.toUpperCase() }), {}],
    [
      'with an inactive row of the same number beside it',
      { voice_agent_numbers: [number({ id: id(4, 2), isActive: false }), number()] },
      {},
    ],
  ])('may be asked for %s', (_, rows, asked) => {
    expect(routed(decide(rows, asked)).targets[0].sipTrunkId).toBe('ST_main');
  });

  test.each([
    ['https://livekit.example.com', 'https://livekit.example.com'],
    ['wss://livekit.example.com:443/', 'https://livekit.example.com'],
    ['ws://livekit.example.com:7880', 'http://livekit.example.com:7880'],
    ['http://livekit.example.com:7880/', 'http://livekit.example.com:7880'],
  ])('goes to %s as the deployment %s', (url, deployment) => {
    const decision = decide({ voice_agent_livekit: [config({ url })] });
    expect(routed(decision).targets[0]).toMatchObject({ serverUrl: url, deployment });
  });

  test('is answered for no longer than its calling hours last', () => {
    const hours = { timezone: 'UTC', windows: [{ days: ['fri'], from: '03:00', to: '03:05' }] };
    const decision = routed(decide(ruled({ livekit_config: CONFIG, calling_hours: hours })));
    expect(decision.expiresAt).toBe(Date.UTC(2026, 0, 2, 3, 5));
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

  const everywhere = { destinations: { allow: ['US', 'IN'] } };
  const INDIA = number({ id: id(4, 2), countryCode: '+91', rules: { livekit_config: OTHER_CONFIG, ...everywhere } });
  const two = {
    voice_agent_numbers: [number(), INDIA],
    voice_agent_livekit: [config(), config({ id: OTHER_CONFIG, sipTrunkId: 'ST_india' })],
  };

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
    for (const voice_agent_numbers of [numbers, numbers.toReversed()]) {
      expect(rejected(decide({ voice_agent_numbers }, { fromNumber: '12125550100' })).reason).toBe('ambiguous_number');
    }
  });
});

describe('five tenants with the same base number', () => {
  const tenants = [1, 2, 3, 4, 5].map((n) => id(1, n));
  // As in real life: one of the rows names a config, and the view holds all five.
  const voice_agent_numbers = tenants.map((tenantId, index) =>
    number({ id: id(4, index + 1), tenantId, rules: index === 2 ? { livekit_config: CONFIG } : null }),
  );
  const rows = {
    users: tenants.map((tenantId, index) => ({ id: id(2, index + 1), tenantId })),
    tenants: [],
    voice_agent_numbers,
    voice_agent_livekit: [config({ tenantId: tenants[2]! })],
  };

  test.each(tenants.map((tenantId, index) => [index + 1, tenantId] as const))(
    'tenant %i gets its own row',
    (n, tenantId) => {
      const decision = decide(rows, { initiatedBy: id(2, n) });
      if (n === 3) {
        expect(routed(decision)).toMatchObject({ tenantId, number: { id: id(4, 3) } });
      } else {
        expect(rejected(decision)).toMatchObject({ reason: 'no_livekit_config', tenantId });
      }
    },
  );

  test("an agent of the tenant with the config does not lend it: the tenant is the user's", () => {
    const decision = rejected(decide({ ...rows, voice_agents: [{ id: 'agent-7', tenantId: tenants[2]! }] }));
    expect(decision).toMatchObject({ reason: 'no_livekit_config', tenantId: tenants[0] });
  });
});

describe('an agent', () => {
  const agent = (tenantId: string | null): Partial<ExampleRows> => ({ voice_agents: [{ id: 'agent-7', tenantId }] });

  test.each<[string, Partial<ExampleRows>, 'passed' | 'noted', string]>([
    ['of the same tenant', agent(TENANT), 'passed', 'same tenant'],
    ['of another tenant', agent(OTHER_TENANT), 'noted', 'another tenant'],
    ['of no tenant', agent(null), 'noted', 'no tenant'],
    ['that is not known', { voice_agents: [] }, 'noted', 'not known'],
  ])('%s does not stop the call, and trace and notes say so', (_, rows, outcome, says) => {
    const { tenantId, targets, notes } = routed(decide(rows));
    expect({ tenantId, trunk: targets[0].sipTrunkId }).toEqual({ tenantId: TENANT, trunk: 'ST_main' });
    const step = explain(rows).find(({ step }) => step === 'agent');
    expect(step).toMatchObject({ outcome, concluded: expect.stringContaining(says) as unknown });
    expect(notes).toEqual(outcome === 'noted' ? [step?.concluded] : []);
  });

  test("of another tenant is not told that tenant's id", () => {
    expect(JSON.stringify([decide(agent(OTHER_TENANT)), explain(agent(OTHER_TENANT))])).not.toContain(OTHER_TENANT);
  });
});

describe('a refusal', () => {
  test.each(REFUSALS.map((it) => [it[0], it[3], it] as const))(
    'for %s is %s',
    (_name, reason, [, rows, asked, , hint, circumstances]) => {
      const decision = rejected(decide(rows, asked, circumstances));
      expect(decision).toMatchObject({ reason, hint: expect.stringContaining(hint) as unknown });
      const trace: TraceStep[] = [];
      expect(decide(rows, asked, { ...circumstances, trace })).toEqual(decision);
      const { kind, tenantId, ...refusal } = decision;
      expect([kind, tenantId === undefined]).toEqual(['rejected', reason === 'user_not_found']);
      expect(trace.find(({ outcome }) => outcome === 'refused')).toMatchObject({
        concluded: decision.message,
        refusal,
      });
      expect(trace.map(({ step }) => step)).not.toContain('target');
    },
  );

  test('has a case for every reason there is', () => {
    expect(new Set(REFUSALS.map((it) => it[3]))).toEqual(new Set(Object.keys(REJECTIONS)));
  });

  test('names the tenant as soon as it is known', () => {
    expect(rejected(decide({ users: [] })).tenantId).toBeUndefined();
    expect(rejected(decide({ voice_agent_numbers: [] })).tenantId).toBe(TENANT);
  });

  test("for another tenant's config tells nothing of that config but its id", () => {
    const theirs = config({ tenantId: OTHER_TENANT, name: 'theirs', sipTrunkId: 'ST_theirs', agentName: 'secret' });
    const rows = { voice_agent_livekit: [theirs] };
    const told = JSON.stringify([decide(rows), explain(rows)]);
    for (const text of [OTHER_TENANT, 'theirs', 'secret', 'livekit.example.com']) expect(told).not.toContain(text);
  });

  /** The verbs of the admin CLI and the options that a hint may name. */
  const VERBS: Readonly<Record<string, readonly string[]>> = {
    'user add': ['--tenant'],
    'tenant enable': [],
    'tenant defaults show': [],
    'tenant defaults set': ['--file'],
    'number list': ['--tenant'],
    'number add': ['--tenant', '--base', '--country'],
    'number assign': ['--config', '--tenant'],
    'number enable': ['--tenant'],
    'number disable': ['--tenant'],
    'number rules show': ['--tenant'],
    'number rules set': ['--file', '--tenant'],
    'config update': ['--tenant', '--operator', '--enable', '--url', '--trunk', '--agent-name', '--dial-mode'],
    'do-not-call remove': ['--tenant', '--operator'],
    'deployment set': ['--region', '--enable', '--limits', '--headers'],
    'trunk set': ['--deployment', '--tenant', '--operator', '--cli-countries', '--limits', '--headers', '--enable'],
  };

  test.each(REFUSALS.map((it) => [it[0], it] as const))('for %s names commands that exist', (_, it) => {
    const [, rows, asked, , , circumstances] = it;
    const { hint } = rejected(decide(rows, asked, circumstances));
    for (const [, command = ''] of hint.matchAll(/dialplane ([^;,:]*)/g)) {
      const verb = Object.keys(VERBS).find((each) => command.startsWith(each));
      expect([command, verb]).toEqual([command, expect.anything()]);
      for (const [option] of command.matchAll(/--[a-z-]+/g)) expect(VERBS[verb!]).toContain(option);
    }
  });
});

describe('a call that is refused is looked at further', () => {
  test.each<[string, Partial<ExampleRows>, string[]]>([
    [
      'when its tenant and its number are switched off',
      {
        tenants: [tenant({ isActive: false })],
        voice_agent_numbers: [number({ isActive: false })],
        do_not_call: [{ tenantId: null, number: '+12125550199' }],
        voice_agent_livekit: [config({ isActive: false })],
        trunks: [trunk({ cliCountries: ['IN'] })],
      },
      ['tenant', 'number', 'do_not_call', 'enabled', 'caller_id'],
    ],
    [
      'when its rules cannot be read, as far as that goes without them',
      { ...ruled([]), do_not_call: [{ tenantId: null, number: '+12125550199' }], voice_agent_livekit: [] },
      ['rules', 'do_not_call'],
    ],
    [
      "when its tenant's defaults cannot be read",
      { tenants: [tenant({ defaults: [] })], do_not_call: [{ tenantId: null, number: '+12125550199' }] },
      ['tenant', 'do_not_call'],
    ],
    ['but not beyond a number that is not there', { voice_agent_numbers: [] }, ['number']],
    [
      "but not into another tenant's config",
      {
        voice_agent_livekit: [config({ tenantId: OTHER_TENANT })],
        trunks: [trunk({ tenantId: OTHER_TENANT, cliCountries: ['IN'] })],
        ...ruled({ livekit_config: CONFIG, region: 'IN' }),
      },
      ['enabled'],
    ],
  ])('%s', (_, rows, steps) => {
    const trace = explain(rows);
    expect(trace.filter(({ outcome }) => outcome === 'refused').map(({ step }) => step)).toEqual(steps);
    expect(trace.map(({ step }) => STEPS.indexOf(step))).toEqual(
      trace.map(({ step }) => STEPS.indexOf(step)).toSorted((one, other) => one - other),
    );
  });
});

describe('the environment fallback', () => {
  const NO_CONFIG = ruled({});
  const withFallback = { environmentFallback: ENVIRONMENT };

  test('is used for a number whose rules name no config, and is loud', () => {
    const decision = routed(decide(NO_CONFIG, {}, withFallback));
    expect(decision.source).toBe('environment');
    expect(decision.targets).toEqual([
      {
        livekitConfigId: undefined,
        deployment: 'http://fallback.example.com:7880',
        serverUrl: 'http://fallback.example.com:7880',
        sipTrunkId: 'ST_environment',
        agentName: 'fallback-agent',
        callerId: '+12125550100',
        dialString: '+12125550199',
        callerIdString: '+12125550100',
        sipHeaders: {},
      },
    ]);
    const loud = expect.stringContaining('Using environment credentials, not the database') as unknown;
    expect(decision.notes).toEqual([loud]);
    expect(explain(NO_CONFIG, {}, withFallback).find(({ step }) => step === 'candidates')).toMatchObject({
      outcome: 'noted',
      concluded: loud,
    });
  });

  test('is not used when it is off', () => {
    expect(rejected(decide(NO_CONFIG)).reason).toBe('no_livekit_config');
  });

  test('is not used when the rules name a config that works', () => {
    expect(routed(decide({}, {}, withFallback)).source).toBe('database');
  });

  test.each(REFUSALS.filter(([, , , reason]) => reason !== 'no_livekit_config').map((it) => [it[0], it] as const))(
    'mends nothing else: %s is refused as before',
    (_, [, rows, asked, reason, , circumstances]) => {
      expect(rejected(decide(rows, asked, { ...withFallback, ...circumstances })).reason).toBe(reason);
    },
  );
});

test('a call with as many ways as there may be is explained in a text that can be sent', () => {
  const carriers = Array.from({ length: MAX_WAYS }, (_, n) => ({ prefixes: ['+'], trunk_id: `ST_${n}` }));
  const rows = { ...ruled({ livekit_config: CONFIG, carriers }), trunks: [trunk({ sipTrunkId: 'ST_7' })] };
  expect(routed(decide(rows)).targets).toHaveLength(1);
  const trace = explain(rows);
  expect(trace.find(({ step }) => step === 'enabled')?.concluded).toContain(`and ${MAX_WAYS - 11} more`);
  expect(JSON.stringify(trace).length).toBeLessThan(20_000);
});
