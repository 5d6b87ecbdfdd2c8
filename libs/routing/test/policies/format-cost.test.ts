import { expect, test } from '@jest/globals';

import { formatCost } from '../../src/policies/format-cost.ts';

test.each([
  [0, '0'],
  [1, '0.000000001'],
  [12_000_000, '0.012'],
  [100_000_000, '0.1'],
  [7_000_000_000, '7'],
  [10_000_000_010, '10.00000001'],
  [999_999_999_999_999, '999999.999999999'],
  [123_456_000_000_007, '123456.000000007'],
])('%d billionths are %s', (nano, text) => {
  expect(formatCost(nano)).toBe(text);
});
