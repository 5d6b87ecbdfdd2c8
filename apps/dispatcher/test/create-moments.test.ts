import { expect, test } from '@jest/globals';

import { createMoments } from '../src/carry-out/create-moments.ts';
import { storedCall } from './stored-call.ts';

/** A call whose last write was now, by a database whose clock is an hour off. */
const databaseNow = Date.now() + 3_600_000;
const ago = (ms: number) => new Date(databaseNow - ms);
const [planned] = storedCall().attempts;
if (planned === undefined) throw new Error('no attempt');

function callOf(change: Partial<typeof planned>, rest: Parameters<typeof storedCall>[0] = {}) {
  return storedCall({
    updatedAt: ago(0),
    attempts: [{ ...planned, begunAt: ago(0), movedAt: ago(0), ...change } as never],
    ...rest,
  });
}

test('what began before is measured by the database’s clock alone', () => {
  const moments = createMoments();
  const permit = { attempt: 1, grantedAt: ago(40_000), holder: 'AJ_1', nonce: null };
  const call = callOf({ state: 'unknown', begunAt: ago(60_000), movedAt: ago(20_000) }, { permit });
  moments.read(call, performance.now());
  for (const [moment, ms] of [
    ['attempt', 60_000],
    ['permit', 40_000],
    ['doubt', 20_000],
    ['answer', 0],
  ] as const) {
    expect(moments.elapsedMs(moment)).toBeGreaterThanOrEqual(ms);
    expect(moments.elapsedMs(moment)).toBeLessThan(ms + 1_000);
  }
});

test('a later look changes nothing of it; a doubt that was resolved, and another attempt, are measured anew', () => {
  const moments = createMoments();
  const doubted = callOf({ state: 'unknown', begunAt: ago(60_000), movedAt: ago(20_000) });
  moments.read(doubted, performance.now());
  moments.stands(doubted);
  expect(moments.elapsedMs('doubt')).toBeGreaterThanOrEqual(20_000);
  moments.stands(callOf({ state: 'ringing', begunAt: ago(60_000) }));
  expect(moments.elapsedMs('doubt')).toBe(0);
  moments.stands(doubted);
  expect(moments.elapsedMs('doubt')).toBeLessThan(1_000);
  expect(moments.elapsedMs('attempt')).toBeGreaterThanOrEqual(60_000);
  moments.read(callOf({ number: 2, state: 'planned', begunAt: ago(5_000) }), performance.now());
  expect(moments.elapsedMs('doubt')).toBe(0);
  expect(moments.elapsedMs('attempt')).toBeLessThan(6_000);
});
