import { expect, test } from '@jest/globals';
import type { CallContext } from '@dialplane/grpc';
import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot } from '@dialplane/routing';

import type { ItemResult } from '../src/encode-route-calls.ts';
import { routeCalls } from '../src/route-calls.ts';
import { REQUEST } from './start-router.ts';

const context = { signal: new AbortController().signal } as CallContext;
const batch = (count: number) => ({
  requests: Array.from({ length: count }, (_, index) => ({ id: String(index), request: REQUEST })),
});

/** A configuration in which every look for a user takes so long. */
function slowSnapshot(version: string, lookMs: number): Snapshot {
  const tenantIdOfUser = (): undefined => {
    for (const end = performance.now() + lookMs; performance.now() < end;);
  };
  return Object.assign(Object.create(emptySnapshot().stage().commit(version)) as Snapshot, { tenantIdOfUser });
}

function partsWith(current: () => Snapshot) {
  const feed = { current, ageMs: () => 0, reached: async () => 'gave_up' as const };
  return { feed, maxAgeMs: Infinity, environmentFallback: undefined, record: () => {} };
}
const versionsOf = (results: readonly ItemResult[]) =>
  results.map(({ outcome }) => ('snapshotVersion' in outcome ? outcome.snapshotVersion : undefined));

test('a batch that is decided quickly is answered at once', () => {
  const parts = partsWith(() => emptySnapshot().stage().commit('test.1'));
  const answer = routeCalls(parts, batch(16), context);
  expect(versionsOf(answer as readonly ItemResult[])).toEqual(Array(16).fill('test.1'));
});

test('others have their turn while a long one is decided, on one configuration and in order', async () => {
  let version = 1;
  const parts = partsWith(() => slowSnapshot(`test.${version}`, 0.5));
  const answer = routeCalls(parts, batch(400), context);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    version++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const results = await answer;
  isDone = true;
  expect(results.map(({ id }) => id)).toEqual(batch(400).requests.map(({ id }) => id));
  expect(new Set(versionsOf(results))).toEqual(new Set(['test.1']));
  expect(turns).toBeGreaterThan(5); // 200 ms of work.
});

test('a long one whose caller has gone is given up', async () => {
  const gone = new AbortController();
  const parts = partsWith(() => slowSnapshot('test.1', 0.5));
  const answer = routeCalls(parts, batch(400), { ...context, signal: gone.signal });
  gone.abort(new Error('gone'));
  await expect(answer).rejects.toThrow('gone');
});

const wanting = (...versions: string[]) => ({
  requests: versions.map((minSnapshotVersion, index) => ({
    id: String(index),
    request: { ...REQUEST, minSnapshotVersion },
  })),
});
const outcomesOf = (results: readonly ItemResult[]) =>
  results.map(({ outcome }) => ('code' in outcome ? [outcome.code, outcome.retryable] : outcome.snapshotVersion));

test('however many other epochs a message asks for, it waits for one version at a time, and twice at most', async () => {
  const asked: string[] = [];
  let waiting = 0;
  const reached = async ({ epoch, version }: { epoch: string; version: number }) => {
    expect(++waiting).toBe(1);
    asked.push(`${epoch}.${version}`);
    await new Promise(setImmediate);
    waiting--;
    return epoch === 'test' ? ('gave_up' as const) : ('other_epoch' as const);
  };
  const parts = partsWith(() => emptySnapshot().stage().commit('test.5'));
  const epochs = Array.from({ length: 500 }, (_, n) => `other${n}.1`);
  const batchOf = wanting('test.5', 'test.6', ...epochs, 'test.7');
  const results = await routeCalls({ ...parts, feed: { ...parts.feed, reached } }, batchOf, context);
  expect(asked).toEqual(['other0.1', 'test.7']);
  expect(outcomesOf(results)).toEqual([
    'test.5',
    ['UNAVAILABLE', true],
    ...epochs.map(() => ['UNAVAILABLE', false]),
    ['UNAVAILABLE', true],
  ]);
});
