import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterEach, expect, test } from '@jest/globals';
import { createTrunkReader, createTrunkRepository, migrate, openDatabase } from '@dialplane/database';
import type { TrunkReader } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { ENTITIES } from '../src/entities/index.ts';
import { callsMigration } from '../src/migrations/calls/index.ts';
import { firstMigration } from '../src/migrations/first/index.ts';
import { routingMigration } from '../src/migrations/routing/index.ts';
import { webhooksMigration } from '../src/migrations/webhooks/index.ts';
import { ANOTHER, TENANT } from './calls-case.ts';
import { runSql } from './fixtures.ts';

const ORIGIN = 'https://livekit.example.com';
const CODES = { '480': 'carrier_trouble' };

const databases: TestDatabase[] = [];
async function aDatabase(options: { readonly migrated: boolean }): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema: 'lad_dev', ...options });
  databases.push(database);
  return database;
}
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function withReader<T>({ urls }: TestDatabase, use: (trunks: TrunkReader) => Promise<T>): Promise<T> {
  const db = await openDatabase({ url: urls.dispatcher, schema: 'lad_dev', role: 'dispatcher' });
  return use(createTrunkReader(db)).finally(() => db.close());
}

test("the dispatcher reads the SIP codes of a tenant's trunks and the operator's, and of no other tenant's", async () => {
  const database = await aDatabase({ migrated: true });
  const admin = await openDatabase({ url: database.urls.admin, schema: 'lad_dev', role: 'admin' });
  const register = (tenantId: string | null, sipTrunkId: string, sipCodes: unknown) =>
    createTrunkRepository(admin).set(tenantId, { deploymentOrigin: ORIGIN, sipTrunkId }, { sipCodes });
  await register(TENANT, 'ST_own', CODES);
  await register(null, 'ST_operator', { '503': 'busy' });
  await register(ANOTHER, 'ST_theirs', CODES);
  await register(TENANT, 'ST_plain', null);
  await admin.close();

  await withReader(database, async (trunks) => {
    expect(await trunks.sipCodesOf(TENANT, ORIGIN, 'ST_own')).toEqual(CODES);
    expect(await trunks.sipCodesOf(TENANT, ORIGIN, 'ST_operator')).toEqual({ '503': 'busy' });
    expect(await trunks.sipCodesOf(ANOTHER, ORIGIN, 'ST_theirs')).toEqual(CODES);
    for (const nothing of ['ST_theirs', 'ST_plain', 'ST_absent'])
      expect(await trunks.sipCodesOf(TENANT, ORIGIN, nothing)).toBeNull();
    expect(await trunks.sipCodesOf(TENANT, 'https://elsewhere.example.com', 'ST_own')).toBeNull();
  });
  await expect(runSql(database.urls.router, 'SELECT sip_codes FROM lad_dev.trunks')).rejects.toThrow(
    'permission denied',
  );
  const change = "UPDATE lad_dev.trunks SET sip_codes = '{}'";
  await expect(runSql(database.urls.dispatcher, change, [], TENANT)).rejects.toThrow('permission denied');
});

async function releaseBefore({ ownerUrl, name }: TestDatabase): Promise<void> {
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: name,
    ensureDatabase: false,
    driverOptions: { connectionString: ownerUrl },
    extensions: [Migrator],
    migrations: {
      migrationsList: [firstMigration, routingMigration, callsMigration, webhooksMigration].map((of) => of('lad_dev')),
      tableName: 'dialplane_migrations',
      includeWildcardSchema: true,
      disableForeignKeys: false,
      snapshot: false,
      silent: true,
    },
  });
  await orm.migrator.up({ schema: 'lad_dev' });
  await orm.close();
}

test('a schema of the release before is refused until it is migrated, and its trunks have no codes then', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(database.ownerUrl, 'CREATE SCHEMA lad_dev');
  await releaseBefore(database);
  const values = `VALUES ('${ORIGIN}', 'ST_own', '${TENANT}')`;
  await runSql(database.ownerUrl, `INSERT INTO lad_dev.trunks (deployment_origin, sip_trunk_id, tenant_id) ${values}`);
  const open = openDatabase({ url: database.urls.dispatcher, schema: 'lad_dev' });
  await expect(open).rejects.toThrow('Run: dialplane db migrate');
  expect(await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' })).toEqual({
    applied: ['0005-sip-codes', '0006-found-by-id'],
  });
  await withReader(database, async (trunks) => {
    expect(await trunks.sipCodesOf(TENANT, ORIGIN, 'ST_own')).toBeNull();
  });
});

const adoptedTrunks = (type: string): string =>
  `CREATE SCHEMA lad_dev; CREATE TABLE lad_dev.trunks (
     deployment_origin text, sip_trunk_id text, tenant_id uuid, sip_codes ${type}, created_at timestamptz, updated_at timestamptz
   )`;

test('of an adopted table that has a trunk twice, everybody is told the same, of the tenant’s own row', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(database.ownerUrl, adoptedTrunks('json'));
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  const row = (tenant: string, codes: string): string => `('${ORIGIN}', 'ST_own', ${tenant}, '${codes}')`;
  const rows = [
    row('NULL', '{"480": "busy"}'),
    row(`'${TENANT}'`, '{"486": "busy"}'),
    row(`'${TENANT}'`, '{"480": "busy"}'),
  ];
  const columns = 'deployment_origin, sip_trunk_id, tenant_id, sip_codes';
  await withReader(database, async (trunks) => {
    for (const order of [rows, rows.toReversed()]) {
      await runSql(database.ownerUrl, 'DELETE FROM lad_dev.trunks');
      await runSql(database.ownerUrl, `INSERT INTO lad_dev.trunks (${columns}) VALUES ${order.join(', ')}`);
      expect(await trunks.sipCodesOf(TENANT, ORIGIN, 'ST_own')).toEqual({ '480': 'busy' });
    }
  });
});

test('an adopted column of that name with another type is refused, and nothing is changed', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(database.ownerUrl, adoptedTrunks('text[]'));
  const migrating = migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  await expect(migrating).rejects.toThrow('Table trunks: column sip_codes is text[], Dialplane needs jsonb');
  expect(await runSql(database.ownerUrl, "SELECT to_regclass('lad_dev.users') AS users")).toEqual([{ users: null }]);
});
