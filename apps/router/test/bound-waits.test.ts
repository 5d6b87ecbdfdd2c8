import { expect, test } from '@jest/globals';

import { boundWaits } from '../src/bound-waits.ts';

const WANTED = { epoch: 'test', version: 1 };
const { signal } = new AbortController();
/** Gives up only when it is told to. */
const feed = {
  reached: (_: unknown, patience: AbortSignal) =>
    new Promise<'gave_up'>((resolve) => patience.addEventListener('abort', () => resolve('gave_up'))),
};

test('when the router stops, waits end at once, and later ones do not begin', async () => {
  const waits = boundWaits(feed);
  const waiting = [waits.reached(WANTED, signal), waits.reached(WANTED, signal)];
  waits.stop();
  expect(await Promise.all(waiting)).toEqual(['stopping', 'stopping']);
  expect(await waits.reached(WANTED, signal)).toBe('stopping');
});

test('no more wait than may, and whoever gives up makes room', async () => {
  const waits = boundWaits(feed, 2);
  const patience = new AbortController();
  const first = waits.reached(WANTED, patience.signal);
  const second = waits.reached(WANTED, signal);
  expect(await waits.reached(WANTED, signal)).toBe('too_many');
  patience.abort();
  expect(await first).toBe('gave_up');
  const third = waits.reached(WANTED, signal);
  waits.stop();
  expect(await Promise.all([second, third])).toEqual(['stopping', 'stopping']);
});
