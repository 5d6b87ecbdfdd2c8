import { describe, expect, test } from '@jest/globals';

import { percentile, rounded, spreadOf } from '../src/report/statistics.ts';

describe('spreadOf', () => {
  test.each([
    { values: [3], spread: { median: 3, min: 3, max: 3, of: 1 } },
    { values: [5, 1, 3], spread: { median: 3, min: 1, max: 5, of: 3 } },
    { values: [4, 1, 2, 10], spread: { median: 3, min: 1, max: 10, of: 4 } },
    { values: [10, 9, 100], spread: { median: 10, min: 9, max: 100, of: 3 } },
  ])('$values', ({ values, spread }) => expect(spreadOf(values)).toEqual(spread));

  test('nothing has no median', () => expect(() => spreadOf([])).toThrow('no measurements'));
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  test.each([
    { values: hundred, percent: 99, is: 99 },
    { values: hundred, percent: 50, is: 50 },
    { values: hundred, percent: 100, is: 100 },
    { values: [7], percent: 99, is: 7 },
    { values: [1, 2, 3], percent: 0, is: 1 },
  ])('$percent of $values.length', ({ values, percent, is }) => expect(percentile(values, percent)).toBe(is));
});

test('rounded keeps four digits, or all before the point', () => {
  expect([0.98765, 12.3456, 123456.7, 0, -0.00012346].map(rounded)).toEqual([0.9877, 12.35, 123457, 0, -0.0001235]);
});
