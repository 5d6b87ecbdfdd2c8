import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createCallRepository,
  createTenantRepository,
  DatabaseUnavailableError,
  migrate,
  openDatabase,
  readSnapshotVersion,
  SchemaNotMigratedError,
} from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aWay } from './a-way.ts';
import { runSql } from './fixtures.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a server that is down, a database that is not there and a wrong password are all out of reach, and no message holds the password', async () => {
  const password = new URL(database.urls.router).password;
  const [down, missing, wrong] = [
    Object.assign(new URL(database.urls.router), { port: '1' }),
    Object.assign(new URL(database.urls.router), { pathname: '/missing' }),
    Object.assign(new URL(database.urls.router), { password: 'wrong-password' }),
  ];
  for (const { href } of [down, missing, wrong]) {
    for (const attempt of [
      () => openDatabase({ url: href, schema: 'dialplane' }),
      () => migrate({ ownerUrl: href, schema: 'dialplane' }),
    ]) {
      const error: unknown = await attempt().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect((error as Error).message).toContain('127.0.0.1');
      expect((error as Error).cause).toHaveProperty('message');
      expect(String((error as Error).stack)).not.toContain(password);
      expect(String((error as Error).stack)).not.toContain('wrong-password');
    }
  }
});

test('a server that accepts connections and says nothing is out of reach', async () => {
  const way = await aWay(database.urls.router);
  way.silence();
  await expect(openDatabase({ url: way.url, schema: 'dialplane' })).rejects.toThrow(DatabaseUnavailableError);
  way.close();
});

test('a server that falls silent is out of reach until it speaks again', async () => {
  const ways = [await aWay(database.urls.router), await aWay(database.urls.admin)] as const;
  const router = await openDatabase({ url: ways[0].url, schema: 'dialplane' });
  const admin = await openDatabase({ url: ways[1].url, schema: 'dialplane' });
  try {
    ways.forEach((way) => way.silence());
    const answers = await Promise.allSettled([
      readSnapshotVersion(router),
      createTenantRepository(admin).list(),
      router.query(null, 'SELECT 1 AS n', []),
    ]);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
    ways.forEach((way) => way.speak());
    expect(await readSnapshotVersion(router)).toContain('.');
    expect(await router.query(null, 'SELECT 1 AS n', [])).toEqual([{ n: 1 }]);
    expect(await createTenantRepository(admin).list()).toEqual([]);
  } finally {
    await router.close();
    await admin.close();
    ways.forEach((way) => way.close());
  }
});

test('connections that the server ends or the network cuts harm nothing but what was under way', async () => {
  const way = await aWay(database.urls.dispatcher);
  const dispatcher = await openDatabase({ url: way.url, schema: 'dialplane' });
  const calls = createCallRepository(dispatcher, { holder: 'dispatcher', leaseMs: 15_000 });
  try {
    for (const interrupt of [
      () =>
        runSql(
          database.superuserUrl,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
      () => Promise.resolve(way.cut()),
    ]) {
      const sleeping = dispatcher.withConnection((client) => client.query('SELECT pg_sleep(4)'));
      const inTransaction = dispatcher.withTenant(null, (em) => em.execute('SELECT pg_sleep(4)'));
      const inOne = dispatcher.query(null, 'SELECT pg_sleep(4)', []);
      const all = Promise.allSettled([sleeping, inTransaction, inOne]);
      await until(
        async () =>
          (
            await runSql<{ n: number }>(
              database.superuserUrl,
              `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(4)' AND state = 'active'`,
            )
          )[0]?.n === 3,
      );
      await interrupt();
      for (const answer of await all)
        expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
      await until(async () =>
        calls.get(randomUUID(), randomUUID()).then(
          () => true,
          () => false,
        ),
      );
    }
  } finally {
    await dispatcher.close();
    way.close();
  }
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a statement that runs too long is cut off', async () => {
  const router = await openDatabase({ url: database.urls.router, schema: 'dialplane' });
  try {
    const sleeping = [
      router.withConnection((client) => client.query('SELECT pg_sleep(30)')),
      router.query(null, 'SELECT pg_sleep(30)', []),
    ];
    for (const answer of await Promise.allSettled(sleeping))
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
    expect(await readSnapshotVersion(router)).toMatch(/^[0-9a-f]{12}\.\d+$/);
  } finally {
    await router.close();
  }
});

test.each([
  ['SET TRANSACTION READ ONLY; CREATE TABLE dialplane.t ()', /takes no writes.*primary/],
  ["DO $$ BEGIN RAISE 'gave up' USING ERRCODE = '40001'; END $$", /another transaction.*Try again/],
  ["DO $$ BEGIN RAISE 'gave up' USING ERRCODE = '40P01'; END $$", /another transaction.*Try again/],
  ["DO $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$", /run out of disk.*more room/],
  ["DO $$ BEGIN RAISE 'cut off' USING ERRCODE = '57014'; END $$", /took too long/],
  ["DO $$ BEGIN RAISE 'closed' USING ERRCODE = '55000'; END $$", /closed to connections/],
])('a server that runs and cannot do it now is named so, and the next try works: %s', async (sql, message) => {
  const router = await openDatabase({ url: database.urls.router, schema: 'dialplane' });
  try {
    for (const work of [
      () => router.withConnection((client) => client.query(`BEGIN; ${sql}`)),
      () => router.withTenant(null, (em) => em.execute(sql)),
    ]) {
      const error: unknown = await work().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('Check that it runs');
      await router.ping();
    }
  } finally {
    await router.close();
  }
});

test('a table that is altered under a prepared statement is one failed try', async () => {
  const router = await openDatabase({ url: database.urls.router, schema: 'dialplane' });
  const text = 'SELECT rules FROM dialplane.voice_agent_numbers';
  const read = () => router.withConnection((client) => client.query({ name: 'rules', text }));
  try {
    await read();
    await runSql(database.ownerUrl, 'ALTER TABLE dialplane.voice_agent_numbers ALTER rules TYPE json');
    await expect(read()).rejects.toThrow(DatabaseUnavailableError);
    expect(await read()).toMatchObject({ rows: [] });
  } finally {
    await router.close();
    await runSql(database.ownerUrl, 'ALTER TABLE dialplane.voice_agent_numbers ALTER rules TYPE jsonb');
  }
});

test('a schema that is not there says what to run', async () => {
  await expect(openDatabase({ url: database.urls.router, schema: 'elsewhere' })).rejects.toThrow(
    SchemaNotMigratedError,
  );
});

test.each([
  '',
  'db.example.com/app',
  'mysql://db.example.com/app',
  'postgres://user:hidden-password@db.example.com',
  'postgres://user:hidden-password@db.example.com/app%zz',
  'postgres://us%zzer:hidden-password@db.example.com/app',
  'postgres://user:hidden-password%ff@db.example.com/app',
])('a URL that is none of PostgreSQL is named malformed, and not repeated: %p', async (url) => {
  const error: unknown = await openDatabase({ url, schema: 'dialplane' }).catch((error: unknown) => error);
  expect((error as Error).message).toMatch(/The database URL (is malformed|names no database)/);
  expect((error as Error).message).not.toContain('hidden-password');
});
