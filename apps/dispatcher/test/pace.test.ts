import { expect, test } from '@jest/globals';

import { createPace } from '../src/carry-out/pace.ts';

const LONG_MS = 60_000;

test('who is woken sleeps no longer', async () => {
  const pace = createPace(new AbortController().signal);
  const sleeping = pace.sleep(LONG_MS);
  pace.wake();
  await sleeping;
});

test('who is woken while awake does not sleep the next time, and sleeps again after it', async () => {
  const pace = createPace(new AbortController().signal);
  pace.wake();
  pace.wake();
  await pace.sleep(LONG_MS);
  const began = performance.now();
  await pace.sleep(30);
  expect(performance.now() - began).toBeGreaterThan(20);
});

test('who has lost the call does not sleep', async () => {
  const lost = new AbortController();
  const pace = createPace(lost.signal);
  const sleeping = pace.sleep(LONG_MS);
  lost.abort(new Error('lost'));
  await expect(sleeping).rejects.toThrow('lost');
  await expect(pace.sleep(LONG_MS)).rejects.toThrow('lost');
});
