import { getEventListeners } from 'node:events';

import { expect, test } from '@jest/globals';
import { emptySnapshot } from '@dialplane/routing';

import { createLatestSnapshot } from '../src/snapshot-feed/latest-snapshot.ts';
import { reachVersion } from '../src/snapshot-feed/reach-version.ts';

const aSnapshot = (version: number) => emptySnapshot().stage().commit(`test.${version}`);

test('nothing is left of those who gave up waiting, nor of those who were told', async () => {
  const latest = createLatestSnapshot(aSnapshot(1), 0);
  const gone = new AbortController();
  const waits = (of: AbortController) =>
    Array.from({ length: 100 }, () =>
      reachVersion(
        latest,
        { epoch: 'test', version: 2 },
        () => of.signal.aborted,
        of.signal,
        () => {},
      ),
    );
  const givenUp = waits(gone);
  const staying = new AbortController();
  const told = waits(staying);
  expect(latest.waiting()).toBe(200);
  gone.abort();
  expect(new Set(await Promise.all(givenUp))).toEqual(new Set(['gave_up']));
  expect(latest.waiting()).toBe(100);
  latest.swap(aSnapshot(2), 1);
  expect(new Set(await Promise.all(told))).toEqual(new Set(['reached']));
  expect(latest.waiting()).toBe(0);
  expect(getEventListeners(staying.signal, 'abort')).toEqual([]);
});

test('who is woken by news and waits again is not woken by the same news again', async () => {
  const latest = createLatestSnapshot(aSnapshot(1), 0);
  const { signal } = new AbortController();
  let woken = 0;
  void latest.news(signal).then(() => {
    woken++;
    void latest.news(signal).then(() => woken++);
  });
  latest.confirm(1);
  await new Promise(setImmediate);
  expect(woken).toBe(1);
});

test('others have their turn while very many are woken', async () => {
  const latest = createLatestSnapshot(aSnapshot(1), 0);
  const { signal } = new AbortController();
  const news = Promise.all(Array.from({ length: 2_000 }, () => latest.news(signal)));
  latest.confirm(1);
  expect(latest.waiting()).toBeGreaterThan(0);
  expect(latest.waiting()).toBeLessThan(2_000);
  await news;
  expect(latest.waiting()).toBe(0);
});
