import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTestDatabase, startTestPostgres } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { DatabaseUnavailableError, startEmbeddedPostgres } from '@dialplane/database';

import { openFeedConnection } from '../src/snapshot-feed/feed-connection.ts';
import { aWay } from './a-way.ts';
import { aFeed, allRows, caughtUp, eventually, readAnew, stopFeeds } from './feed-case.ts';
import { addNumbers, endListeners, writeInDisorder } from './feed-ordeals.ts';
import { runSql, withSession } from './fixtures.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await stopFeeds();
  await database.drop();
});

test('a listener that is ended again and again, while 32 writers commit out of order, loses nothing', async () => {
  await addNumbers(database, 2_000);
  const started = await aFeed(database, { pollMs: 500 });
  const over = new AbortController();
  const ending = endListeners(database, 40, over.signal);
  await writeInDisorder(database, { writers: 32, transactions: 20 });
  over.abort();
  expect(await ending).toBeGreaterThan(3);
  await caughtUp(database, started);
  await started.stop();
  expect(allRows(started.feed.current())).toEqual(await readAnew(database));
  expect(started.eventsOf('loaded')).toHaveLength(1); // What was missed is read, not everything.
  expect(started.eventsOf('database_back').length).toBeGreaterThan(0);
});

test('sabotaged: a reader that goes by a sequence number per row misses what is committed late; the feed does not', async () => {
  await runSql(database.ownerUrl, 'ALTER TABLE dialplane.voice_agent_numbers ADD seq bigserial');
  const started = await aFeed(database, { pollMs: Infinity });
  /** The obvious reader: rows above the highest number that it has seen. */
  const seen = new Map<string, string>();
  let highest = 0;
  const readByNumber = async (): Promise<void> => {
    const sql = 'SELECT seq, base_number FROM dialplane.voice_agent_numbers WHERE seq > $1 ORDER BY seq';
    for (const row of await runSql<{ seq: string; base_number: string }>(database.ownerUrl, sql, [highest])) {
      seen.set(row.base_number, row.seq);
      highest = Number(row.seq);
    }
  };
  const add = (base: string): string =>
    `INSERT INTO dialplane.voice_agent_numbers (tenant_id, base_number, country_code) VALUES ('${randomUUID()}', '${base}', '1')`;
  await withSession(database.ownerUrl, async (late) => {
    await late.query(`BEGIN; ${add('2125550101')}`);
    await runSql(database.ownerUrl, add('2125550102'));
    await readByNumber();
    await caughtUp(database, started);
    await late.query('COMMIT');
  });
  await readByNumber();
  await caughtUp(database, started);
  await started.stop();
  const fed = [...started.feed.current().rows('voice_agent_numbers')].map(({ baseNumber }) => baseNumber).sort();
  expect(fed).toEqual(['2125550101', '2125550102']);
  expect([...seen.keys()]).toEqual(['2125550102']);
});

test('a connection that falls silent is noticed, and what was missed is read over the next', async () => {
  const way = await aWay(database.urls.router);
  const { feed, eventsOf, stop } = await aFeed(database, { url: way.url, pollMs: 100 });
  const before = feed.current();
  way.silence();
  await runSql(database.ownerUrl, `INSERT INTO dialplane.users (tenant_id) VALUES ('${randomUUID()}')`);
  await eventually(() => eventsOf('database_lost').length === 1);
  expect(feed.current()).toBe(before);
  expect(feed.ageMs()).toBeGreaterThan(1_000);
  way.speak();
  await eventually(() => feed.current().counts.users === 1);
  await eventually(() => feed.ageMs() < 2_000);
  await stop();
  way.close();
});

test('a connection that is lost between the last row and the end of its answer is noticed at once', async () => {
  const way = await aWay(database.urls.router);
  const connection = await openFeedConnection({ url: way.url, schema: database.schema });
  await connection.begin();
  way.cutAfter('SELECT 7');
  const began = performance.now();
  const read = async (): Promise<void> => {
    for await (const rows of connection.batches('SELECT generate_series(1, 7)', [], 100)) expect(rows).toHaveLength(7);
  };
  await expect(read()).rejects.toThrow(DatabaseUnavailableError);
  expect(performance.now() - began).toBeLessThan(10_000);
  way.close();
});

test('a database that is taken down for a while leaves the snapshot as it was, ageing, and it converges afterwards', async () => {
  const started = await aFeed(database, { pollMs: 100 });
  const { feed, eventsOf } = started;
  const before = feed.current();
  const bringUp = await database.takeDown();
  await eventually(() => eventsOf('database_lost').length === 1);
  await eventually(() => feed.ageMs() > 1_000);
  expect(feed.current()).toBe(before);
  expect(await feed.reached({ epoch: 'x', version: 1 }, AbortSignal.timeout(100))).toBe('gave_up');
  await bringUp();
  await runSql(database.ownerUrl, `INSERT INTO dialplane.users (tenant_id) VALUES ('${randomUUID()}')`);
  await caughtUp(database, started);
  expect(feed.current().counts.users).toBe(1);
  await eventually(() => eventsOf('database_back').length === 1);
  expect(eventsOf('database_lost')).toHaveLength(1);
  await started.stop();
});

test('what cannot be read from a database that is there is said as such, and not tried again and again', async () => {
  const started = await aFeed(database, { pollMs: 20 });
  const { feed, eventsOf } = started;
  const before = feed.current();
  await runSql(
    database.ownerUrl,
    `REVOKE SELECT ON dialplane.users FROM dialplane_router;
    INSERT INTO dialplane.users (tenant_id) VALUES ('${randomUUID()}')`,
  );
  await eventually(() => eventsOf('refresh_failed').length === 2);
  expect(feed.current()).toBe(before);
  await runSql(database.ownerUrl, 'GRANT SELECT (id, tenant_id) ON dialplane.users TO dialplane_router');
  await caughtUp(database, started);
  expect(feed.current().counts.users).toBe(1);
  const [first, second] = eventsOf('refresh_failed');
  expect(first?.error.message).toContain('permission denied');
  expect(first?.retryInMs).toBeGreaterThanOrEqual(500);
  expect(second?.retryInMs).toBeGreaterThanOrEqual(1_000);
  expect(eventsOf('loaded').at(-1)?.why).toBe('what changed could not be read');
  expect([...eventsOf('database_lost'), ...eventsOf('database_back')]).toEqual([]);
  await started.stop();
});

test('a server that is stopped and started again, twice, is followed on, in the same epoch', async () => {
  const server = await startTestPostgres();
  const own = await createTestDatabase({ server: server.superuserUrl });
  const started = await aFeed(own, { pollMs: 100 });
  try {
    const { feed } = started;
    const [epoch] = feed.current().snapshotVersion.split('.');
    for (let n = 1; n <= 2; n++) {
      await (await startEmbeddedPostgres({ folder: server.folder })).stop();
      await eventually(() => feed.ageMs() > 500);
      expect(feed.current().counts.users).toBe(n - 1);
      await startEmbeddedPostgres({ folder: server.folder });
      await runSql(own.ownerUrl, `INSERT INTO dialplane.users (tenant_id) VALUES ('${randomUUID()}')`);
      await caughtUp(own, started);
      expect(feed.current().counts.users).toBe(n);
    }
    expect(feed.current().snapshotVersion.split('.')[0]).toBe(epoch);
    expect(started.eventsOf('loaded')).toHaveLength(1);
  } finally {
    await started.stop();
    await server.stop();
  }
});

test('everything is read anew without a long pause, and changes of many rows are, too', async () => {
  await addNumbers(database, 60_000);
  const started = await aFeed(database, { pollMs: 200 });
  let [longest, last] = [0, performance.now()];
  const watch = setInterval(() => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  }, 1);
  await runSql(database.ownerUrl, 'UPDATE dialplane.change_epoch SET id = gen_random_uuid()');
  await caughtUp(database, started, 40_000);
  await runSql(
    database.ownerUrl,
    `UPDATE dialplane.voice_agent_numbers SET country_code = '44' WHERE base_number < '3010000'`,
  );
  await caughtUp(database, started, 40_000);
  clearInterval(watch);
  await started.stop();
  expect(longest).toBeLessThan(500); // Ten times what is promised for a full load.
});

test('a router that is stopped while it reads, or while it waits to connect, stops at once', async () => {
  await addNumbers(database, 20_000);
  const reading = await aFeed(database, { pollMs: 50 });
  await runSql(database.ownerUrl, `UPDATE dialplane.voice_agent_numbers SET country_code = '44'`);
  await sleep(30);
  await reading.stop();
  const waiting = await aFeed(database, { pollMs: 50 });
  const bringUp = await database.takeDown();
  await eventually(() => waiting.eventsOf('database_lost').length === 1);
  const began = performance.now();
  await waiting.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  await bringUp();
});
