import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { awaitVersion } from '../src/await-version.ts';

const WANTED = { epoch: 'test', version: 1 };
const { signal } = new AbortController();
/** Waits until its patience is at an end; it gives up what it waits for by itself after a while. */
const feed = {
  reached: async (_: unknown, patience: AbortSignal) => {
    await sleep(200, undefined, { signal: patience }).catch(() => {});
    return patience.aborted ? ('gave_up' as const) : ('reached' as const);
  },
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

test.each([1, 24, 26, 50, 365, 36_500])('a deadline in %i days leaves time to wait', async (days) => {
  expect(await awaitVersion(feed, WANTED, { deadline: inDays(days), signal })).toBe('reached');
});

test('one that is past leaves none', async () => {
  expect(await awaitVersion(feed, WANTED, { deadline: inDays(-365), signal })).toBe('gave_up');
});
