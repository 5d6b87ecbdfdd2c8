import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { drawScore, hashKey } from '../../src/policies/draw.ts';
import { config, CONFIG, number } from '../example-view.ts';
import { referenceScore } from '../reference-score.ts';
import { applyUpTo, callOf } from './ways-of.ts';

interface Written {
  readonly trunk_id: string;
  readonly [key: string]: unknown;
}

/** The trunks of carriers in the order in which they are tried, each less its `ST_`; and what is told of them. */
function applyOrder(carriers: readonly Written[], routingKey = 'key', strategy = 'weight') {
  const rules = {
    livekit_config: CONFIG,
    strategy,
    carriers: carriers.map((carrier) => ({ prefixes: ['+'], ...carrier })),
  };
  const trunks = carriers.map(({ trunk_id }) => trunk_id);
  const rows = {
    voice_agent_numbers: [number({ rules })],
    trunks: [...new Set(trunks)].map((sipTrunkId) => ({
      deploymentOrigin: 'https://livekit.example.com',
      sipTrunkId,
      tenantId: null,
      carrier: null,
      isActive: true,
      cliCountries: null,
      limits: null,
      headerProfiles: null,
    })),
    voice_agent_livekit: [config({ sipTrunkId: 'ST_a' })],
  };
  const { ways, told } = applyUpTo('order', callOf(rows, { routingKey }));
  return { ways: ways.map(({ sipTrunkId }) => sipTrunkId!.slice(3)), told };
}

const orderOf = (...asked: Parameters<typeof applyOrder>): string[] => applyOrder(...asked).ways;

const a = { trunk_id: 'ST_a' };
const b = { trunk_id: 'ST_b' };
const c = { trunk_id: 'ST_c' };

describe('ways are tried', () => {
  test.each<[string, Written[], string[], 'weight' | 'least_cost']>([
    [
      'by priority',
      [
        { ...a, priority: 3 },
        { ...b, priority: 1 },
        { ...c, priority: 2 },
      ],
      ['b', 'c', 'a'],
      'weight',
    ],
    [
      'longer prefixes first, whatever their priority',
      [
        { ...a, priority: 1 },
        { ...b, prefixes: ['+1212'], priority: 9, fallthrough: true },
        { ...c, prefixes: ['+1'], priority: 5, fallthrough: true },
      ],
      ['b', 'c', 'a'],
      'weight',
    ],
    [
      'without weight after all others of their priority',
      [
        { ...a, weight: 0 },
        { ...b, weight: 1 },
        { ...c, weight: 0, priority: 0 },
      ],
      ['c', 'b', 'a'],
      'weight',
    ],
    [
      'by cost, where the strategy says so, the unknown last',
      [{ ...a }, { ...b, cost_per_minute: '0.02' }, { ...c, cost_per_minute: '0.0199' }],
      ['c', 'b', 'a'],
      'least_cost',
    ],
    [
      'by priority before cost',
      [
        { ...a, cost_per_minute: '9', priority: 1 },
        { ...b, cost_per_minute: '0', priority: 2 },
      ],
      ['a', 'b'],
      'least_cost',
    ],
    [
      'at equal cost without weight last',
      [
        { ...a, cost_per_minute: '0.010', weight: 0 },
        { ...b, cost_per_minute: '0.01' },
      ],
      ['b', 'a'],
      'least_cost',
    ],
  ])('%s', (_, carriers, expected, strategy) => {
    for (const routingKey of ['a key', 'another', 'a third'])
      expect(orderOf(carriers, routingKey, strategy)).toEqual(expected);
  });

  test('and a cost is told as it was written', () => {
    const { told } = applyOrder([{ ...a, cost_per_minute: '0.000000001' }, b]);
    expect(told).toContain('weight 100, cost 0.000000001)');
  });

  test('once each, where two rules come to the same target', () => {
    // The first names the trunk that the second has from its config.
    const twins = [a, { ...a, trunk_id: undefined as unknown as string }, { ...a, priority: 2 }, b];
    expect(orderOf(twins.filter(Boolean)).toSorted()).toEqual(['a', 'b']);
  });

  test('twice, where they differ in what the carrier is sent', () => {
    expect(orderOf([a, { ...a, caller_id_format: 'digits' }, { ...a, dial_format: { plus: false } }])).toHaveLength(3);
  });
});

describe('the draw', () => {
  const KEYS = Array.from({ length: 300 }, (_, n) => `call-${n}`);
  const five = ['a', 'b', 'c', 'd', 'e'].map((name, n) => ({ trunk_id: `ST_${name}`, weight: 10 + 20 * n }));

  test('gives the same order for the same key, in whatever order the rules stand', () => {
    for (const key of KEYS.slice(0, 50)) expect(orderOf(five.toReversed(), key)).toEqual(orderOf(five, key));
  });

  test('gives other orders for other keys', () => {
    expect(new Set(KEYS.map((key) => orderOf(five, key).join(''))).size).toBeGreaterThan(30);
  });

  test('keeps the order of the others when one goes', () => {
    for (const key of KEYS.slice(0, 100)) {
      const before = orderOf(five, key);
      for (const gone of five) {
        const name = gone.trunk_id.slice(3);
        expect(
          orderOf(
            five.filter((each) => each !== gone),
            key,
          ),
        ).toEqual(before.filter((each) => each !== name));
      }
    }
  });

  test('is the same in arithmetic that does not overflow', () => {
    const ways = applyUpTo('candidates', callOf()).ways;
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (key, priority, prefixLength, weight) => {
          const way = { ...ways[0]!, priority, prefixLength, weight };
          const { livekitConfigId, sipTrunkId, callerId } = way;
          const prefix = '+'.repeat(prefixLength);
          expect(drawScore(hashKey(key), way)).toBe(
            referenceScore(key, {
              configId: livekitConfigId,
              trunkId: sipTrunkId ?? null,
              callerId,
              carrier: undefined,
              prefix,
              priority,
              weight,
            }),
          );
        },
      ),
      { seed: 20260102, numRuns: 500 },
    );
  });

  /** How often each order of ways with these weights comes up, over keys that differ little. */
  function countOrders(weights: readonly number[], keyOf: (n: number) => string, calls: number): Map<string, number> {
    const [way] = applyUpTo('candidates', callOf()).ways;
    const ways = weights.map((weight, n) => ({ ...way!, weight, livekitConfigId: CONFIG.slice(0, -1) + n }));
    const counts = new Map<string, number>();
    for (let n = 0; n < calls; n++) {
      const key = hashKey(keyOf(n));
      const order = ways
        .map((each, place) => ({ place, score: drawScore(key, each) }))
        .sort((one, other) => one.score - other.score)
        .map(({ place }) => place)
        .join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    return counts;
  }

  /** What a weighted draw without putting back gives each order. */
  function chanceOf(order: string, weights: readonly number[]): number {
    let left = weights.reduce((sum, weight) => sum + weight, 0);
    let chance = 1;
    for (const place of order) {
      const weight = weights[Number(place)]!;
      chance *= weight / left;
      left -= weight;
    }
    return chance;
  }

  const ORDERS: Record<number, string[]> = { 2: ['01', '10'], 3: ['012', '021', '102', '120', '201', '210'] };
  const CALLS = 60_000;

  test.each<[string, number[], (n: number) => string]>([
    ['two of equal weight, by numbered keys', [1, 1], (n) => `call-${n}`],
    ['80 and 20, by numbered keys', [80, 20], (n) => `call-${n}`],
    ['99 and 1, by phone numbers', [99, 1], (n) => `+12125550100 +1212${5_550_000 + n}`],
    ['three of equal weight, by phone numbers', [1, 1, 1], (n) => `+12125550100 +1212${5_550_000 + n}`],
    ['70, 20 and 10, by keys of two letters and a number', [70, 20, 10], (n) => `ab${n}`],
    ['1000000, 500000 and 1, by keys that end alike', [1_000_000, 500_000, 1], (n) => `${n}-0000-4000-8000`],
  ])('gives each order its share: %s', (_, weights, keyOf) => {
    const counts = countOrders(weights, keyOf, CALLS);
    let chiSquare = 0;
    let degrees = -1;
    for (const order of ORDERS[weights.length]!) {
      const expected = CALLS * chanceOf(order, weights);
      if (expected < 5) continue;
      degrees++;
      chiSquare += ((counts.get(order) ?? 0) - expected) ** 2 / expected;
    }
    // Beyond 20 more than the degrees of freedom comes up less than once in ten thousand fair draws.
    expect(chiSquare).toBeLessThan(degrees + 20);
  });

  test('that took the weights to be equal would be found', () => {
    const counts = countOrders([1, 1], (n) => `call-${n}`, CALLS);
    const expected = CALLS * 0.8;
    expect((counts.get('01')! - expected) ** 2 / expected).toBeGreaterThan(1000);
  });
});
