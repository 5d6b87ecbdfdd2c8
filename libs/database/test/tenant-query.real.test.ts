import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { runTenantQuery } from '../src/tenant-query.ts';
import { ANOTHER, TENANT } from './calls-case.ts';
import { runSql, withSession } from './fixtures.ts';

const LOGS = 'dialplane.voice_call_logs';
const SEEN = `SELECT tenant_id, current_setting('app.tenant_id', true) AS setting FROM ${LOGS}`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await runSql(database.ownerUrl, `INSERT INTO ${LOGS} (tenant_id) VALUES ('${TENANT}'), ('${ANOTHER}')`);
});
afterAll(() => database.drop());

test.each([true, false])(
  'on one connection each statement sees its own tenant alone, and leaves nothing behind (prepared: %s)',
  async (isPrepared) => {
    await withSession(database.urls.dispatcher, async (client) => {
      const seen = (tenantId: string) => runTenantQuery(client, { tenantId, sql: SEEN, isPrepared }, []);
      // More often than PostgreSQL plans a prepared statement for its values.
      for (let n = 0; n < 8; n++) {
        expect(await seen(TENANT)).toEqual([{ tenant_id: TENANT, setting: TENANT }]);
        expect(await seen(ANOTHER)).toEqual([{ tenant_id: ANOTHER, setting: ANOTHER }]);
        expect(await seen('')).toEqual([]);
        expect((await client.query(SEEN)).rows).toEqual([]);
        const left = await client.query(`SELECT nullif(current_setting('app.tenant_id', true), '') AS setting`);
        expect(left.rows).toEqual([{ setting: null }]);
      }
      expect((await client.query(`SELECT count(*)::int AS n FROM pg_prepared_statements`)).rows).toEqual([
        { n: isPrepared ? 2 : 1 },
      ]);
    });
  },
);

test('a statement of another tenant’s rows is refused, and what it did before is undone', async () => {
  await withSession(database.urls.dispatcher, async (client) => {
    const sql = `INSERT INTO ${LOGS} (tenant_id, to_number) VALUES ($1, $3), ($2, $3)`;
    const insert = runTenantQuery(client, { tenantId: TENANT, sql, isPrepared: true }, [
      TENANT,
      ANOTHER,
      '+12125550177',
    ]);
    await expect(insert).rejects.toThrow('row-level security');
  });
  const kept = await runSql(database.ownerUrl, `SELECT FROM ${LOGS} WHERE to_number = '+12125550177'`);
  expect(kept).toEqual([]);
});

test('a statement is done when it is committed: what its commit refuses is an error, not rows', async () => {
  await runSql(
    database.ownerUrl,
    `SET search_path = dialplane; CREATE TABLE known (id integer PRIMARY KEY);
     CREATE TABLE kept (id integer REFERENCES known DEFERRABLE INITIALLY DEFERRED); GRANT SELECT, INSERT ON kept TO dialplane_dispatcher`,
  );
  await withSession(database.urls.dispatcher, async (client) => {
    const sql = 'INSERT INTO dialplane.kept VALUES ($1) RETURNING id';
    const insert = runTenantQuery(client, { tenantId: TENANT, sql, isPrepared: true }, [1]);
    await expect(insert).rejects.toThrow('violates foreign key constraint');
  });
});

test('a table that is altered under a prepared statement is one failed try', async () => {
  const dispatcher = await openDatabase({ url: database.urls.dispatcher, schema: 'dialplane' });
  const read = () => dispatcher.query(TENANT, `SELECT purpose FROM ${LOGS}`, []);
  try {
    expect(await read()).toEqual([{ purpose: null }]);
    await runSql(database.ownerUrl, `ALTER TABLE ${LOGS} ALTER purpose TYPE varchar(40)`);
    await expect(read()).rejects.toThrow('has altered a table meanwhile');
    expect(await read()).toEqual([{ purpose: null }]);
  } finally {
    await dispatcher.close();
  }
});
