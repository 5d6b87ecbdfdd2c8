import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { guardPool } from '../src/guard-pool.ts';
import { DatabaseUnavailableError, openDatabase } from '../src/index.ts';
import { POOL_SIZE } from '../src/open-database.ts';
import { createTestDatabase } from '../src/testing/index.ts';
import type { TestDatabase } from '../src/testing/index.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';

let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});

afterAll(() => testDatabase.drop());

test('transactions whose connections break fail, and leave room for as many new ones', async () => {
  const database = await openDatabase({ url: testDatabase.urls.dispatcher, schema: testDatabase.schema });
  for (let round = 0; round < 2; round++) {
    const broken = Array.from({ length: POOL_SIZE }, () =>
      database.withTenant(TENANT, (em) => em.execute('SELECT pg_sleep(4)')),
    );
    const settled = Promise.allSettled(broken);
    await untilRunning(POOL_SIZE);
    const bringBack = await testDatabase.takeDown();
    for (const result of await settled)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
    await bringBack();
  }
  await Promise.all(
    Array.from({ length: POOL_SIZE }, () => database.withTenant(TENANT, (em) => em.execute('SELECT 1'))),
  );
  await database.close();
});

test('a broken connection that nobody gives back goes back by itself, and only because the pool is guarded', async () => {
  const lost = async (guard: (pool: pg.Pool) => void): Promise<number> => {
    const pool = new pg.Pool({ connectionString: testDatabase.urls.dispatcher, max: 1 });
    guard(pool);
    const client = await pool.connect();
    client.on('error', () => {});
    const ended = new Promise((resolve) => client.once('end', resolve));
    await (
      await testDatabase.takeDown()
    )();
    await ended;
    return pool.totalCount;
  };
  expect(await lost(guardPool)).toBe(0);
  // Sabotaged: the connection stays lent for ever.
  expect(await lost(() => {})).toBe(1);
});

async function untilRunning(count: number): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabase.superuserUrl });
  await client.connect();
  for (;;) {
    const { rows } = await client.query<{ count: string }>(
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'",
    );
    if (Number(rows[0]?.count) >= count) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await client.end();
}
