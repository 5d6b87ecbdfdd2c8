import { describe, expect, test } from '@jest/globals';

import { readRules, readRulesText, readTenantDefaults, readTenantDefaultsText } from '../src/index.ts';
import { CONFIG, FULL_RULES, OTHER_CONFIG, RULES_DOCUMENTS } from './rules-documents.ts';

const EMPTY = {
  livekitConfigId: undefined,
  routes: [],
  carriers: [],
  strategy: 'weight',
  region: undefined,
  destinations: { allowCountries: undefined, denyPrefixes: [], allowKinds: undefined },
  callingHours: undefined,
  limits: {
    maxConcurrentCalls: undefined,
    callsPerSecond: undefined,
    callsPerDay: undefined,
    perCalleePerDay: undefined,
  },
};
const FULL_DEFAULTS = {
  region: 'IN',
  destinations: { allowCountries: ['IN', 'AE'], denyPrefixes: ['+91190'], allowKinds: ['premium'] },
  callingHours: { timezone: 'Asia/Kolkata', windows: [{ days: [0, 1, 6], from: 540, to: 1440 }] },
  limits: { maxConcurrentCalls: 30, callsPerSecond: 0.5, callsPerDay: 5000, perCalleePerDay: 3 },
};

describe('what rules say', () => {
  test.each([
    ['an empty object', {}],
    ['SQL NULL', undefined],
    ['JSON null', null],
    ['every key null', { livekit_config: null, routes: null, carriers: null, strategy: null, limits: null }],
    ["other people's keys", { provider_notes: [1, { a: 2 }], '': 0, LiveKit_Config: CONFIG }],
    ['a __proto__ key', JSON.parse(`{"__proto__": {"livekit_config": "${CONFIG}"}}`)],
  ])('%s is empty rules', (_, json) => {
    expect(readRules(json)).toEqual({ kind: 'ok', value: EMPTY });
  });

  test('the form that is valid for ever, its UUID in small letters', () => {
    expect(readRules({ livekit_config: 'ABCDEF00-3333-4333-8333-333333333333' })).toEqual({
      kind: 'ok',
      value: { ...EMPTY, livekitConfigId: 'abcdef00-3333-4333-8333-333333333333' },
    });
  });

  test('everything', () => {
    expect(readRules(FULL_RULES)).toEqual({
      kind: 'ok',
      value: {
        livekitConfigId: CONFIG,
        routes: [
          { livekitConfigId: CONFIG, priority: 1, weight: 80 },
          { livekitConfigId: OTHER_CONFIG, priority: 2, weight: 0 },
        ],
        carriers: [
          {
            prefixes: ['+91', '+971'],
            sipTrunkId: 'ST_exampleTrunk1',
            livekitConfigId: OTHER_CONFIG,
            priority: 2,
            weight: 60,
            costPerMinuteNano: 12_000_000,
            callerId: '+919999999999',
            callerIdFormat: 'national',
            dialFormat: { strip: 2, trunkZero: true, prefix: '0091', plus: false },
            headerProfile: 'carrier-one',
            fallthrough: true,
          },
          {
            prefixes: ['+'],
            sipTrunkId: undefined,
            livekitConfigId: undefined,
            priority: 1,
            weight: 100,
            costPerMinuteNano: undefined,
            callerId: undefined,
            callerIdFormat: 'e164',
            dialFormat: { strip: 0, trunkZero: false, prefix: '', plus: true },
            headerProfile: undefined,
            fallthrough: false,
          },
        ],
        strategy: 'least_cost',
        ...FULL_DEFAULTS,
      },
    });
  });

  test('the same from text', () => {
    expect(readRulesText(JSON.stringify(FULL_RULES))).toEqual(readRules(FULL_RULES));
    expect(readRulesText(null)).toEqual({ kind: 'ok', value: EMPTY });
    expect(readRulesText('null')).toEqual({ kind: 'ok', value: EMPTY });
  });

  test.each([
    ['0', 0],
    ['0.000000001', 1],
    ['0.1', 100_000_000],
    ['0.012', 12_000_000],
    ['1.005', 1_005_000_000],
    ['000001', 1_000_000_000],
    ['999999.999999999', 999_999_999_999_999],
  ])('a cost of %s is so many billionths, exactly', (cost_per_minute, nano) => {
    const reading = readRules({ livekit_config: CONFIG, carriers: [{ prefixes: ['+'], cost_per_minute }] });
    expect(reading).toMatchObject({ value: { carriers: [{ costPerMinuteNano: nano }] } });
  });
});

test.each(RULES_DOCUMENTS.map((document) => [document.name, document] as const))('%s', (_, { json, problem }) => {
  expect(readRules(json)).toEqual(
    problem === undefined
      ? { kind: 'ok', value: expect.anything() as unknown }
      : { kind: 'problem', problem: expect.stringMatching(problem) as unknown },
  );
});

describe("a tenant's defaults", () => {
  const { region, destinations, calling_hours, limits } = FULL_RULES;
  const FULL = { region, destinations, calling_hours, limits };

  test('are four of the keys of rules', () => {
    expect(readTenantDefaults(FULL)).toEqual({ kind: 'ok', value: FULL_DEFAULTS });
    expect(readTenantDefaultsText(JSON.stringify(FULL))).toEqual({ kind: 'ok', value: FULL_DEFAULTS });
  });

  test.each([[null], ['null'], ['{}'], ['{"region": null}']])('%s says nothing', (text) => {
    const { destinations, limits } = EMPTY;
    const value = { region: undefined, destinations, callingHours: undefined, limits };
    expect(readTenantDefaultsText(text)).toEqual({ kind: 'ok', value });
  });

  test.each([
    [
      'a key of nobody',
      { calling_hour: {} },
      /^routing_defaults: has no key "calling_hour"; its keys are region, dest/,
    ],
    [
      'a key of rules alone',
      { livekit_config: CONFIG },
      /^routing_defaults: has no key "livekit_config"; its keys are/,
    ],
    ['a list', [], /^routing_defaults: is not an object$/],
    ['a limit of 0', { limits: { calls_per_day: 0 } }, /^routing_defaults\.limits\.calls_per_day: is less than 1$/],
  ])('%s has a problem', (_, json, problem) => {
    const expected = { kind: 'problem', problem: expect.stringMatching(problem) as unknown };
    expect(readTenantDefaults(json)).toEqual(expected);
    expect(readTenantDefaultsText(JSON.stringify(json))).toEqual(expected);
  });
});
