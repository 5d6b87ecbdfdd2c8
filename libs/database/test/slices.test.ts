import { expect, test } from '@jest/globals';
import { emptySnapshot } from '@dialplane/routing';

import type { FeedConnection } from '../src/snapshot-feed/feed-connection.ts';
import { readAll } from '../src/snapshot-feed/read-all.ts';
import { slices } from '../src/snapshot-feed/slices.ts';
import { tableSources } from '../src/snapshot-feed/table-sources.ts';

/** After how many rows of so many characters there is a pause, when every look at the clock makes one. */
function rowsUntilPause(characters: number | undefined): number {
  const pause = slices(0);
  for (let rows = 1; ; rows++) if (pause(characters) !== undefined) return rows;
}

test('the clock is looked at after a few small rows, or after each one that is large', () => {
  expect([undefined, 0, 100, 1_000, 60_000].map(rowsUntilPause)).toEqual([16, 16, 16, 3, 1]);
});

test('a pause lets others have their turn, and begins the next slice', async () => {
  const pause = slices(10_000);
  expect(pause(60_000)).toBeUndefined();
  let turns = 0;
  setImmediate(() => turns++);
  await slices(0)(60_000);
  expect(turns).toBe(1);
});

test('a pause is told how large the row was, of every table', async () => {
  const { tenants } = tableSources('dialplane');
  const large = ['1', '1', JSON.stringify({ note: 'x'.repeat(50_000) })];
  async function* batches(sql: string) {
    if (sql.startsWith(tenants.all)) yield [large, ['2', '1', null]];
  }
  const told: (number | undefined)[] = [];
  const connection = { batches, rows: async () => [['0']] } as unknown as FeedConnection;
  await readAll(connection, tableSources('dialplane'), emptySnapshot(), 't.1', (n) => {
    told.push(n);
    return undefined;
  });
  expect(told).toEqual([large.join('').length, 2]);
});
