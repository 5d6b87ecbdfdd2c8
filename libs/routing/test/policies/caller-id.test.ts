import { describe, expect, test } from '@jest/globals';

import type { RouteRequest } from '../../src/index.ts';
import { config, CONFIG, id, number, OTHER_CONFIG, OTHER_TENANT, trunk } from '../example-view.ts';
import type { ExampleRows } from '../example-view.ts';
import { applyUpTo, callOf, droppedBy, nameOf } from './ways-of.ts';

const INDIAN = { baseNumber: '9999999999', countryCode: '91' };
const FROM_INDIA: Partial<RouteRequest> = { fromNumber: '+919999999999', toNumber: '+919999999998' };
const UAE = 'http://uae.example.com:7880';

describe('a call from an Indian number', () => {
  // The Indian trunk first, the one in the UAE behind it.
  const routes = [
    { livekit_config: CONFIG, priority: 1 },
    { livekit_config: OTHER_CONFIG, priority: 2 },
  ];
  const rows = (indian: readonly string[] | null, uae: readonly string[] | null): Partial<ExampleRows> => ({
    voice_agent_numbers: [number({ ...INDIAN, rules: { routes } })],
    voice_agent_livekit: [
      config({ sipTrunkId: 'ST_india' }),
      config({ id: OTHER_CONFIG, sipTrunkId: 'ST_uae', url: UAE }),
    ],
    trunks: [
      trunk({ sipTrunkId: 'ST_india', cliCountries: indian }),
      trunk({ sipTrunkId: 'ST_uae', deploymentOrigin: UAE, cliCountries: uae }),
    ],
  });

  test.each<[string, Partial<ExampleRows>, string[], string | undefined]>([
    ['fails over to a trunk that may show it', rows(['IN'], ['AE', 'IN']), ['ST_india of 1', 'ST_uae of 2'], undefined],
    ['does not fail over to a trunk that may not', rows(['IN'], ['AE']), ['ST_india of 1'], undefined],
    ['does not go first to a trunk that may not', rows(['AE'], ['IN', 'AE']), ['ST_uae of 2'], undefined],
    ['goes over a trunk of which nothing is said', rows(null, null), ['ST_india of 1', 'ST_uae of 2'], undefined],
    ['goes nowhere when none may show it', rows(['AE'], []), [], 'caller_id_not_allowed'],
  ])('%s', (_, given, kept, refusal) => {
    const { result, ways } = applyUpTo('caller_id', callOf(given, FROM_INDIA));
    expect(ways.map(nameOf)).toEqual(kept);
    expect(result?.refusal?.reason).toBe(refusal);
  });

  test.each([
    ['1600999999', 'of a series that the library calls something else'],
    ['1409999999', "of the telemarketers' series"],
    ['12345', 'that no numbering plan has'],
  ])('+91 %s, %s, is Indian all the same', (baseNumber) => {
    const given = rows(['IN'], ['AE']);
    const numbers = [number({ ...INDIAN, baseNumber, rules: { routes } })];
    const call = callOf({ ...given, voice_agent_numbers: numbers }, { ...FROM_INDIA, fromNumber: `+91${baseNumber}` });
    expect(applyUpTo('caller_id', call).ways.map(nameOf)).toEqual(['ST_india of 1']);
  });
});

describe('a caller id that a carrier names', () => {
  const SHOWN = { baseNumber: '2125550177', id: id(4, 2) };
  const rows = (...others: Parameters<typeof number>[0][]): Partial<ExampleRows> => ({
    voice_agent_numbers: [
      number({ rules: { livekit_config: CONFIG, carriers: [{ prefixes: ['+'], caller_id: '+12125550177' }] } }),
      ...others.map(number),
    ],
  });
  test.each<[string, Partial<ExampleRows>, string]>([
    ["of the tenant's own is shown", rows(SHOWN), 'passed'],
    ['of nobody is not', rows(), 'caller_id_not_owned'],
    ["of another tenant's is not", rows({ ...SHOWN, tenantId: OTHER_TENANT }), 'caller_id_not_owned'],
    ['that is switched off is not', rows({ ...SHOWN, isActive: false }), 'caller_id_not_owned'],
    [
      'that is active in one row and off in another is shown',
      rows({ ...SHOWN, isActive: false }, { ...SHOWN, id: id(4, 3) }),
      'passed',
    ],
    [
      'that the tenant has with another country code is not',
      rows({ ...SHOWN, baseNumber: '12125550177', countryCode: '91' }),
      'caller_id_not_owned',
    ],
  ])('%s: %s', (_, given, expected) => {
    expect(applyUpTo('caller_id', callOf(given)).result?.refusal?.reason ?? 'passed').toBe(expected);
  });

  test('that is the number itself needs no other row', () => {
    const carriers = [{ prefixes: ['+'], caller_id: '+12125550100' }];
    const given = { voice_agent_numbers: [number({ rules: { livekit_config: CONFIG, carriers } })] };
    expect(applyUpTo('caller_id', callOf(given)).result).toBeUndefined();
  });

  test("decides about the trunk's countries, not the number it stands for", () => {
    const carriers = [
      { prefixes: ['+'], trunk_id: 'ST_india', caller_id: '+919999999999' },
      { prefixes: ['+'], trunk_id: 'ST_india', priority: 2 },
    ];
    const given = {
      voice_agent_numbers: [
        number({ rules: { livekit_config: CONFIG, carriers } }),
        number({ ...INDIAN, id: id(4, 2), rules: null }),
      ],
      trunks: [trunk({ sipTrunkId: 'ST_india', cliCountries: ['IN'] })],
    };
    const { result, ways } = applyUpTo('caller_id', callOf(given));
    expect(ways.map((way) => way.callerId)).toEqual(['+919999999999']);
    expect(droppedBy(result)).toEqual([['ST_india of 1', 'caller_id_not_allowed']]);
  });

  test.each<[RouteRequest['purpose'], string[]]>([
    ['service', ['+911600999999', '+919999999999']],
    ['promotional', []],
    [undefined, ['+919999999999']],
  ])('is judged by the purpose %s, each with its own way', (purpose, shown) => {
    const carriers = [{ prefixes: ['+'], caller_id: '+911600999999' }, { prefixes: ['+'] }];
    const given = {
      voice_agent_numbers: [
        number({ ...INDIAN, rules: { livekit_config: CONFIG, carriers } }),
        number({ ...INDIAN, id: id(4, 2), baseNumber: '1600999999', rules: null }),
      ],
    };
    const { result, ways } = applyUpTo('caller_id', callOf(given, { ...FROM_INDIA, purpose }));
    expect(ways.map((way) => way.callerId)).toEqual(shown);
    for (const [, reason] of droppedBy(result)) expect(reason).toBe('purpose_not_allowed');
  });
});

describe('the string that the carrier is sent', () => {
  const rows = (dial_format: object): Partial<ExampleRows> => ({
    voice_agent_numbers: [
      number({ rules: { livekit_config: CONFIG, carriers: [{ prefixes: ['+'], dial_format }] } }),
      number({
        ...INDIAN,
        id: id(4, 2),
        rules: { livekit_config: CONFIG, carriers: [{ prefixes: ['+'], dial_format }] },
      }),
    ],
  });
  test.each<[string, object, Partial<RouteRequest>, string]>([
    ['E.164', {}, {}, 'passed'],
    ['E.164 without a plus', { plus: false }, {}, 'passed'],
    ['national digits', { plus: false, strip: 1 }, {}, 'passed'],
    ['911 and more', { plus: false, strip: 4, prefix: '911' }, {}, 'emergency_number'],
    [
      'Delhi without its country code',
      { plus: false, strip: 2 },
      { ...FROM_INDIA, toNumber: '+911123456789' },
      'emergency_number',
    ],
    [
      'Delhi with a trunk zero',
      { plus: false, strip: 2, trunk_zero: true },
      { ...FROM_INDIA, toNumber: '+911123456789' },
      'passed',
    ],
    ['nothing of the number', { plus: false, strip: 11, prefix: '88' }, {}, 'rules_invalid'],
    ['one digit of the number', { plus: false, strip: 10, prefix: '8888' }, {}, 'passed'],
    [
      'so little that it is short like an emergency number',
      { plus: false, strip: 10, prefix: '88' },
      {},
      'emergency_number',
    ],
  ])('%s', (_, format, asked, expected) => {
    expect(applyUpTo('caller_id', callOf(rows(format), asked)).result?.refusal?.reason ?? 'passed').toBe(expected);
  });
});
