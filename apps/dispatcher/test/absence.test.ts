import { setTimeout as after } from 'node:timers/promises';

import { afterEach, expect, jest, test } from '@jest/globals';

import { createAbsence } from '../src/carry-out/absence.ts';
import type { Absence } from '../src/carry-out/absence.ts';

const MS = 20;
const PATIENCE_MS = 4_000;
const LOOK_MS = 2_000;

afterEach(() => void jest.restoreAllMocks());

test('somebody is long gone when several looks have missed them for long enough', async () => {
  const absence = createAbsence(MS);
  expect(absence.isLong()).toBe(false);
  absence.note(true);
  await after(2 * MS);
  expect([absence.isLong(), absence.isLong()]).toEqual([false, false]);
  absence.note(true);
  expect([absence.isLong(), absence.isLong()]).toEqual([true, true]);
  absence.note(false);
  expect(absence.isLong()).toBe(false);
});

/** Looks every LOOK_MS, `there`, `missing` or `unanswered`, with the clock of the test: how long until they are gone. */
function lookUntilGone(absence: Absence, looks: Iterable<'there' | 'missing' | 'unanswered'>): number | undefined {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  for (const look of looks) {
    now += LOOK_MS + 1;
    if (look === 'unanswered') absence.unanswered();
    else absence.note(look === 'missing');
    if (absence.isLong()) return now;
  }
  return undefined;
}

const times = <Look>(count: number, look: Look): Look[] => Array.from({ length: count }, () => look);

/** A deployment that leaves so many of a hundred looks without an answer, by a fixed sequence of pseudo-random numbers. */
function* missingOnFlaky(percent: number, seed: number): Generator<'missing' | 'unanswered'> {
  let state = seed;
  for (let looks = 0; looks < 1_000; looks++) {
    state = (state * 48_271) % 2_147_483_647;
    yield state % 100 < percent ? 'unanswered' : 'missing';
  }
}

test('where 30 % of the looks are not answered, somebody who is gone is found gone within 40 seconds', () => {
  const seeds = Array.from({ length: 200 }, (_, n) => 7_919 * (n + 1));
  const found = seeds.map((seed) => {
    const absence = createAbsence(PATIENCE_MS);
    absence.note(false);
    return lookUntilGone(absence, missingOnFlaky(30, seed)) ?? Infinity;
  });
  expect(Math.max(...found)).toBeLessThan(40_000);
  expect(Math.min(...found)).toBeGreaterThanOrEqual(PATIENCE_MS);
});

test('a server that comes back after a silence is given five times as long to list who is there', () => {
  const back = ['there', ...times(3, 'unanswered' as const), ...times(10, 'missing' as const), 'there'] as const;
  expect(lookUntilGone(createAbsence(PATIENCE_MS), [...back, 'missing', 'missing'])).toBeUndefined();
});

test('a server that comes back and never lists them again has lost them', () => {
  const looks = ['there', ...times(3, 'unanswered' as const), ...times(20, 'missing' as const)] as const;
  const backAt = 5 * (LOOK_MS + 1);
  expect(lookUntilGone(createAbsence(PATIENCE_MS), looks)).toBeGreaterThanOrEqual(backAt + 5 * PATIENCE_MS);
});

test('one who begins to look while the server is away has as much patience', () => {
  const looks = ['unanswered', ...times(10, 'missing' as const)] as const;
  expect(lookUntilGone(createAbsence(PATIENCE_MS), looks)).toBeUndefined();
});
