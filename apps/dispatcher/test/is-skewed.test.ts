import { expect, test } from '@jest/globals';

import { isSkewed } from '../src/carry-out/is-skewed.ts';

test.each([
  [undefined, false],
  [0, false],
  [30_000, false],
  [-30_000, false],
  [30_001, true],
  [-30_001, true],
  [600_000, true],
  [-600_000, true],
])('a clock %s ms ahead is off: %j', (skewMs, off) => {
  expect(isSkewed({ clockSkewMs: () => skewMs })).toBe(off);
});
