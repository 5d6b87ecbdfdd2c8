import { expect, test } from '@jest/globals';

import { createRandom, seedOf } from '../src/random.ts';

test('the same seed draws the same, another seed something else', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.between(1, 100));
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(seedOf(7, 'a')).toBe(seedOf(7, 'a'));
  expect(seedOf(7, 'a')).not.toBe(seedOf(7, 'b'));
});

test('draws stay within their bounds and reach both', () => {
  const random = createRandom(1);
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(3, 6)));
  expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
  expect(() => random.pick([])).toThrow();
  const hits = Array.from({ length: 10_000 }, () => random.chance(0.25)).filter(Boolean).length;
  expect(hits).toBeGreaterThan(2_300);
  expect(hits).toBeLessThan(2_700);
});
