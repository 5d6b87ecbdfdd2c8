import { expect, test } from '@jest/globals';

import { createAgentLooks } from '../src/carry-out/create-agent-looks.ts';

const waiting = (calls: number) => {
  const looks = createAgentLooks(250);
  const ends = Array.from({ length: calls }, () => looks.begin());
  return { looks, ends };
};

test.each([
  [1, 0, 250],
  [1, 600, 250],
  [1, 1_500, 500],
  [1, 60_000, 2_000],
  [25, 0, 250],
  [100, 0, 1_000],
  [100, 6_000, 2_000],
  [5_000, 0, 2_000],
])('%i calls that wait, of which one for %i ms: the next look for it comes after %i ms', (calls, waitedMs, pauseMs) => {
  expect(waiting(calls).looks.pauseMs(waitedMs)).toBe(pauseMs);
});

test('calls whose agents have come count no more', () => {
  const { looks, ends } = waiting(100);
  for (const end of ends) end();
  expect(looks.pauseMs(0)).toBe(250);
});
