import { expect, test } from '@jest/globals';

import { createAgentLooks } from '../src/carry-out/create-agent-looks.ts';

const ORIGIN = 'https://livekit.example.com';
const waiting = (calls: number, origin = ORIGIN) => {
  const looks = createAgentLooks(250);
  return { looks, waits: Array.from({ length: calls }, () => looks.begin(origin)) };
};

test.each([
  [1, 0, 250],
  [1, 600, 250],
  [1, 1_500, 500],
  [1, 60_000, 2_000],
  [25, 0, 250],
  [100, 0, 1_000],
  [100, 6_000, 2_000],
  [5_000, 0, 4_000],
])('%i calls that wait, of which one for %i ms: the next look for it comes after %i ms', (calls, waitedMs, pauseMs) => {
  expect(waiting(calls).waits[0]?.pauseMs(waitedMs)).toBe(pauseMs);
});

test('calls whose agents have come count no more', () => {
  const { waits } = waiting(100);
  for (const { end } of waits.slice(1)) end();
  expect(waits[0]?.pauseMs(0)).toBe(250);
});

test('calls that wait on one deployment slow nobody down on another', () => {
  const { looks } = waiting(1_000, 'https://down.example.com');
  expect(looks.begin(ORIGIN).pauseMs(0)).toBe(250);
});
