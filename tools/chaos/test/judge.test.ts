import { expect, test } from '@jest/globals';

import { judge } from '../src/report/judge.ts';
import type { ChaosCounts } from '../src/report/to-json.ts';

const NONE: ChaosCounts = {
  calls: 100,
  kills: 10,
  lost: 0,
  rung_twice: 0,
  two_permits: 0,
  not_terminal: 0,
  stale_writes: 0,
  rooms_left: 0,
  crashes: 0,
};
const twins = {
  permit: { ...NONE, rung_twice: 3, two_permits: 4 },
  fence: { ...NONE, stale_writes: 5 },
};

test('a run that found nothing is good when its twins found what they are without', () => {
  expect(judge({ ...NONE, sabotaged: twins })).toEqual([]);
});

test.each(['lost', 'rung_twice', 'two_permits', 'not_terminal', 'stale_writes', 'rooms_left', 'crashes'] as const)(
  '%s is not forgiven',
  (promise) => {
    expect(judge({ ...NONE, [promise]: 1, sabotaged: twins })).toEqual([expect.stringContaining(promise)]);
  },
);

test('a run whose twin sees nothing proves nothing', () => {
  const blind = judge({ ...NONE, sabotaged: { permit: NONE, fence: NONE } });
  expect(blind.map((line) => /rung_twice|two_permits|stale_writes/.exec(line)?.[0])).toEqual([
    'rung_twice',
    'two_permits',
    'stale_writes',
  ]);
});
