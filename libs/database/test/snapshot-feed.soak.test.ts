import { expect, test } from '@jest/globals';
import { createTestDatabase } from '@dialplane/database/testing';

import { aFeed, allRows, caughtUp, readAnew } from './feed-case.ts';
import { addNumbers, endListeners, writeInDisorder } from './feed-ordeals.ts';

const MINUTE_MS = 60_000;
const MINUTES = Number(process.env['DIALPLANE_SOAK_MINUTES'] ?? 10);

test.each([
  ['notifications', { pollMs: 2_000 }],
  ['the poll alone', { pollMs: 200, listens: false }],
])(
  'for minutes 32 writers commit out of order while listeners are ended: by %s nothing is lost',
  async (_, options) => {
    const database = await createTestDatabase();
    await addNumbers(database, 50_000);
    const started = await aFeed(database, { ...options, pruneEveryMs: MINUTE_MS / 6, digestEveryMs: MINUTE_MS / 6 });
    const over = AbortSignal.timeout(MINUTES * MINUTE_MS);
    const ending = endListeners(database, 500, over);
    await writeInDisorder(database, { writers: 32, transactions: Infinity, signal: over });
    expect(await ending).toBeGreaterThan(10);
    await caughtUp(database, started, MINUTE_MS);
    await started.stop();
    expect(allRows(started.feed.current())).toEqual(await readAnew(database));
    expect(started.eventsOf('digest_mismatch')).toEqual([]);
    expect(started.eventsOf('loaded')).toHaveLength(1);
    await database.drop();
  },
  (MINUTES + 5) * MINUTE_MS,
);
