import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MAX_WAYS, readRules } from '@dialplane/tenancy';
import type { CarrierRule, Rules } from '@dialplane/tenancy';
import { matchCarriers } from '../../src/policies/match-carriers.ts';
import { config, CONFIG, id, number, OTHER_CONFIG, trunk } from '../example-view.ts';
import { applyUpTo, callOf, nameOf } from './ways-of.ts';

const CONFIGS = [config(), config({ id: OTHER_CONFIG, sipTrunkId: 'ST_other' })];
const FALLBACK = {
  url: 'ws://fallback.example.com',
  deployment: 'http://fallback.example.com',
  sipTrunkId: 'ST_environment',
  agentName: 'fallback',
};

const INDIA = { prefixes: ['+91'], trunk_id: 'ST_india' };
const DELHI = { prefixes: ['+9111'], trunk_id: 'ST_delhi' };
const WORLD = { prefixes: ['+'], trunk_id: 'ST_world' };
const ROUTES = [
  { livekit_config: OTHER_CONFIG, priority: 2 },
  { livekit_config: CONFIG, priority: 1 },
];

const list = (rules: object, toNumber: string): string[] => {
  const rows = { voice_agent_numbers: [number({ rules })], voice_agent_livekit: CONFIGS };
  return applyUpTo('candidates', callOf(rows, { toNumber })).ways.map((way) => `${way.from} ${nameOf(way)}`);
};

describe('the ways to place a call', () => {
  test.each<[string, object, string, string[]]>([
    ['the config', {}, '+12125550199', ['livekit_config ST_main of 1']],
    ['routes before the config', { routes: ROUTES }, '+12125550199', ['routes ST_other of 2', 'routes ST_main of 1']],
    [
      'carriers before routes',
      { routes: ROUTES, carriers: [WORLD, { ...WORLD, trunk_id: undefined }] },
      '+12125550199',
      ['carriers ST_world of 1', 'carriers ST_main of 1'],
    ],
    [
      'a carrier with a config of its own',
      { carriers: [{ prefixes: ['+1'], livekit_config: OTHER_CONFIG }] },
      '+12125550199',
      ['carriers ST_other of 2'],
    ],
    [
      'carriers on the longest prefix alone',
      { carriers: [WORLD, INDIA, DELHI] },
      '+911122222222',
      ['carriers ST_delhi of 1'],
    ],
    [
      'a shorter prefix where no longer one matches',
      { carriers: [WORLD, INDIA, DELHI] },
      '+919999999999',
      ['carriers ST_india of 1'],
    ],
    ['the prefix of every number', { carriers: [WORLD, INDIA, DELHI] }, '+12125550199', ['carriers ST_world of 1']],
    [
      'shorter prefixes behind longer ones that fall through',
      { carriers: [WORLD, INDIA, { ...DELHI, fallthrough: true }] },
      '+911122222222',
      ['carriers ST_delhi of 1', 'carriers ST_india of 1'],
    ],
    [
      'all prefixes, as all fall through',
      { carriers: [WORLD, { ...INDIA, fallthrough: true }, { ...DELHI, fallthrough: true }] },
      '+911122222222',
      ['carriers ST_delhi of 1', 'carriers ST_india of 1', 'carriers ST_world of 1'],
    ],
    [
      'shorter prefixes where one of two carriers falls through',
      { carriers: [INDIA, DELHI, { ...DELHI, trunk_id: 'ST_b', fallthrough: true }] },
      '+911122222222',
      ['carriers ST_delhi of 1', 'carriers ST_b of 1', 'carriers ST_india of 1'],
    ],
    [
      'a carrier of two prefixes once, at the longer',
      { carriers: [{ prefixes: ['+91', '+9111'], trunk_id: 'ST_both', fallthrough: true }, INDIA] },
      '+911122222222',
      ['carriers ST_both of 1', 'carriers ST_india of 1'],
    ],
    [
      'the whole number as a prefix',
      { carriers: [{ ...WORLD, prefixes: ['+12125550199'] }] },
      '+12125550199',
      ['carriers ST_world of 1'],
    ],
    [
      'nothing of a prefix that is longer than the number',
      { carriers: [{ ...WORLD, prefixes: ['+121255501990'] }] },
      '+12125550199',
      ['livekit_config ST_main of 1'],
    ],
    ['the config where no carrier matches', { carriers: [INDIA] }, '+12125550199', ['livekit_config ST_main of 1']],
    [
      'routes where no carrier matches',
      { carriers: [INDIA], routes: ROUTES },
      '+12125550199',
      ['routes ST_other of 2', 'routes ST_main of 1'],
    ],
    ['empty lists as none', { carriers: [], routes: [] }, '+12125550199', ['livekit_config ST_main of 1']],
  ])('are %s', (_, rules, toNumber, expected) => {
    expect(list({ livekit_config: CONFIG, ...rules }, toNumber)).toEqual(expected);
  });

  test('are looked up with their server, trunk and caller id', () => {
    const rules = {
      livekit_config: CONFIG,
      carriers: [{ ...WORLD, caller_id: '+12125550101', cost_per_minute: '0.5' }],
    };
    const rows = { voice_agent_numbers: [number({ rules })], trunks: [trunk({ sipTrunkId: 'ST_world' })] };
    expect(applyUpTo('candidates', callOf(rows)).ways).toMatchObject([
      {
        livekitConfigId: CONFIG,
        config: { name: 'main' },
        deploymentOrigin: 'https://livekit.example.com',
        deployment: undefined,
        trunk: { sipTrunkId: 'ST_world' },
        callerId: '+12125550101',
        prefixLength: 1,
        priority: 1,
        weight: 100,
        costPerMinuteNano: 500_000_000,
      },
    ]);
  });
});

test.each<[string, object | null, string]>([
  ['no rules', null, 'environment'],
  ['rules without a config', { note: 1 }, 'environment'],
  ['empty routes', { routes: [] }, 'environment'],
  ['empty carriers', { carriers: [] }, 'environment'],
  ['carriers for other prefixes', { carriers: [{ prefixes: ['+91'], livekit_config: CONFIG }] }, 'no_carrier'],
  ['a config that does not exist', { livekit_config: id(3, 9) }, 'livekit_config'],
  ['routes to configs that do not exist', { routes: [{ livekit_config: id(3, 9) }] }, 'routes'],
])('for %s the environment is asked, or not', (_, rules, expected) => {
  const call = callOf({ voice_agent_numbers: [number({ rules })] }, {}, { environmentFallback: FALLBACK });
  const { result, ways } = applyUpTo('candidates', call);
  expect(result?.refusal?.reason ?? ways[0]?.from).toBe(expected);
  expect(result?.note !== undefined).toBe(expected === 'environment');
});

describe('many carriers', () => {
  const prefixes = fc.uniqueArray(
    fc.integer({ min: 1, max: 4000 }).map((n) => `+${n}`.slice(0, 1 + (n % 4))),
    { minLength: 1, maxLength: 4 },
  );
  const some = (maxLength: number, fallthrough: fc.Arbitrary<boolean>) =>
    fc.array(fc.record({ prefixes, fallthrough }), { minLength: 1, maxLength, size: 'max' });
  const rulesOf = (written: readonly Pick<CarrierRule, 'prefixes' | 'fallthrough'>[]): Rules => {
    const reading = readRules({ livekit_config: CONFIG, carriers: [{ prefixes: ['+'] }] });
    if (reading.kind === 'problem') throw new Error(reading.problem);
    return { ...reading.value, carriers: written.map((each) => ({ ...reading.value.carriers[0]!, ...each })) };
  };

  test('are matched as one by one', () => {
    fc.assert(
      fc.property(some(1000, fc.boolean()), fc.integer({ min: 10_000_000, max: 99_999_999 }), (written, digits) => {
        const rules = rulesOf(written);
        const e164 = `+${digits}`;
        const matched = matchCarriers(rules, e164);

        const longest = rules.carriers.map((carrier) => {
          const matching = carrier.prefixes.filter((prefix) => e164.startsWith(prefix));
          return { carrier, length: Math.max(0, ...matching.map((prefix) => prefix.length)) };
        });
        const lengths = [...new Set(longest.map(({ length }) => length))].filter(Boolean).sort((a, b) => b - a);
        const expected = [];
        for (const length of lengths) {
          const level = longest.filter((each) => each.length === length);
          expected.push(...level.map(({ carrier }) => ({ carrier, prefixLength: length })));
          const ofPrefix = rules.carriers.filter(({ prefixes }) => prefixes.includes(e164.slice(0, length)));
          if (!ofPrefix.some((carrier) => carrier.fallthrough)) break;
        }
        expect(matched).toEqual(expected);
      }),
      { seed: 20260102, numRuns: 150 },
    );
  });

  test(`are read unless more than ${MAX_WAYS} of them would be tried for one number`, () => {
    const seldom = fc.integer({ min: 0, max: 39 }).map((n) => n === 0);
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(some(140, seldom), (written) => {
        const rules = rulesOf(written);
        const isCrowded = written.some((carrier) =>
          carrier.prefixes.some((prefix) => matchCarriers(rules, prefix).length > MAX_WAYS),
        );
        verdicts.add(isCrowded);
        const { kind } = readRules({ livekit_config: CONFIG, carriers: written });
        expect(kind).toBe(isCrowded ? 'problem' : 'ok');
      }),
      { seed: 20260102, numRuns: 500 },
    );
    expect(verdicts.size).toBe(2);
  });
});
