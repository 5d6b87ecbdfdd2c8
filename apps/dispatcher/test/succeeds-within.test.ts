import { expect, test } from '@jest/globals';

import { succeedsWithin } from '../src/succeeds-within.ts';

test.each([
  ['work that is done', Promise.resolve('done'), true],
  ['work that fails', Promise.reject(new Error('no')), false],
  ['work that takes too long', new Promise(() => {}), false],
])('%s', async (_, work, succeeds) => {
  expect(await succeedsWithin(20, work)).toBe(succeeds);
});

test('leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await succeedsWithin(60_000, Promise.resolve());
  expect(timers()).toBe(before);
});
