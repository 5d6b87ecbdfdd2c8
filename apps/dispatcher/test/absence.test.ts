import { setTimeout as after } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { createAbsence } from '../src/carry-out/absence.ts';

const MS = 20;

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

test('asking is no look, and a look that was not answered begins anew, with more patience', async () => {
  const absence = createAbsence(MS);
  absence.note(true);
  await after(2 * MS);
  absence.forget();
  absence.note(true);
  await after(2 * MS);
  absence.note(true);
  expect(absence.isLong()).toBe(false);
  await after(5 * MS);
  absence.note(true);
  expect(absence.isLong()).toBe(true);
});
