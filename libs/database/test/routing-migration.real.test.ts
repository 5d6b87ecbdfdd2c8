import { afterEach, expect, test } from '@jest/globals';
import { migrate } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';

import { ENTITIES } from '../src/entities/index.ts';
import { firstMigration } from '../src/migrations/first/index.ts';
import { aFeed, allRows, caughtUp, databaseVersion, eventually, readAnew, stopFeeds } from './feed-case.ts';
import { runSql, withSession } from './fixtures.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const addUser = `INSERT INTO lad_dev.users (tenant_id) VALUES ('${TENANT}')`;

const databases: TestDatabase[] = [];
async function aDatabase(options: Parameters<typeof createTestDatabase>[0] = {}): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema: 'lad_dev', ...options });
  databases.push(database);
  return database;
}
afterEach(async () => {
  await stopFeeds();
  for (const database of databases.splice(0)) await database.drop();
});

const versionIn = async (database: TestDatabase): Promise<number> =>
  Number((await databaseVersion(database)).split('.')[1]);

async function changesSince({ urls }: TestDatabase, version: number): Promise<string[]> {
  const sql = `SELECT concat_ws(' ', table_name, coalesce(row_key, 'all')) AS change FROM lad_dev.changes_since($1) ORDER BY 1`;
  return (await runSql<{ change: string }>(urls.router, sql, [version])).map(({ change }) => change);
}

test('the router learns which rows were changed after a version, each once', async () => {
  const database = await aDatabase();
  const before = await versionIn(database);
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.do_not_call VALUES ('${TENANT}', '+12125550199'), (NULL, '+12125550198')`,
  );
  const between = await versionIn(database);
  await runSql(database.ownerUrl, `UPDATE lad_dev.do_not_call SET number = '+12125550197' WHERE tenant_id IS NULL`);
  await runSql(database.ownerUrl, `UPDATE lad_dev.do_not_call SET note = 'x'`);
  await runSql(database.ownerUrl, 'TRUNCATE lad_dev.trunks');
  const later = [
    'do_not_call  +12125550197',
    'do_not_call  +12125550198',
    `do_not_call ${TENANT} +12125550199`,
    'trunks all',
  ];
  expect(await changesSince(database, before)).toEqual(later);
  expect(await changesSince(database, between)).toEqual(later);
  expect(await changesSince(database, await versionIn(database))).toEqual([]);
});

test('after a change to very many rows, the next small one does not cost a look at them all', async () => {
  const database = await aDatabase();
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.users (tenant_id) SELECT '${TENANT}' FROM generate_series(1, 150000)`,
  );
  await runSql(database.ownerUrl, 'ANALYZE lad_dev.change_log; ANALYZE lad_dev.change_versions');
  const before = await versionIn(database);
  await runSql(database.ownerUrl, addUser);
  const sql = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM lad_dev.changes_since(${before})`;
  type Explained = {
    'QUERY PLAN': [{ Plan: { 'Actual Rows': number; 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
  };
  const [row] = await runSql<Explained>(database.urls.router, sql);
  const plan = row?.['QUERY PLAN'][0].Plan;
  expect(plan?.['Actual Rows']).toBe(1);
  // The log has more than 2,000 blocks; the planner itself looks at some hundreds of the catalog's.
  expect((plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)).toBeLessThan(1_000);
});

test('what is old is forgotten, but for the newest version, and no more than asked', async () => {
  const database = await aDatabase();
  const prune = async (keep: string): Promise<unknown> =>
    (await runSql<{ n: string }>(database.urls.router, 'SELECT lad_dev.prune_changes($1) AS n', [keep]))[0]?.n;
  for (let n = 0; n < 4; n++) await runSql(database.ownerUrl, addUser);
  const newest = await versionIn(database);
  expect(await prune('7 days')).toBe('0');
  await runSql(
    database.ownerUrl,
    `UPDATE lad_dev.change_versions SET created_at = now() - interval '8 days' WHERE version < ${newest - 1}`,
  );
  expect(await prune('7 days')).toBe(String(newest - 2));
  expect(await changesSince(database, 0)).toHaveLength(2);
  const left =
    'SELECT (SELECT count(*)::int FROM lad_dev.change_log) AS log, (SELECT count(*)::int FROM lad_dev.change_stamps) AS stamps';
  expect(await runSql(database.ownerUrl, left)).toEqual([{ log: 2, stamps: 0 }]);
  await runSql(database.ownerUrl, `UPDATE lad_dev.change_versions SET created_at = now() - interval '8 days'`);
  expect(await prune('7 days')).toBe(String(newest - 1));
  expect(await versionIn(database)).toBe(newest);
  expect(await runSql(database.urls.router, 'SELECT lad_dev.pruned_version()::int AS n')).toEqual([{ n: newest - 1 }]);
  await expect(prune('59 minutes')).rejects.toThrow('keep at least an hour');
});

test('of two that forget at once one does', async () => {
  const database = await aDatabase();
  await withSession(database.urls.router, async (one) => {
    await one.query(`BEGIN; SELECT lad_dev.prune_changes('7 days')`);
    expect(await runSql(database.urls.router, `SELECT lad_dev.prune_changes('7 days')::int AS n`)).toEqual([{ n: 0 }]);
    await one.query('COMMIT');
  });
});

test('functions of the feed do not follow the search_path of whoever calls them', async () => {
  const database = await aDatabase();
  await withSession(database.urls.router, async (client) => {
    await client.query(`CREATE TEMP TABLE change_versions (version bigint, xid xid8, created_at timestamptz);
      CREATE TEMP TABLE change_log (xid xid8, table_name text, tenant_id text, row_key text);
      CREATE TEMP TABLE change_epoch (pruned_version bigint);
      INSERT INTO change_versions VALUES (1000, '1', now()); INSERT INTO change_log VALUES ('1', 'users', NULL, 'x');
      INSERT INTO change_epoch VALUES (99); SET search_path = pg_temp, lad_dev`);
    const { rows } = await client.query(
      `SELECT pruned_version()::int AS pruned, (SELECT count(*)::int FROM changes_since(0)) AS changes`,
    );
    expect(rows).toEqual([{ pruned: 0, changes: 0 }]);
  });
});

test('a transaction whose constraints are checked at once makes a version of each statement, and none is lost', async () => {
  const database = await aDatabase();
  const started = await aFeed(database, { pollMs: Infinity });
  await runSql(
    database.ownerUrl,
    `BEGIN; SET CONSTRAINTS ALL IMMEDIATE; ${addUser}; SAVEPOINT s; ${addUser}; ROLLBACK TO s; ${addUser}; COMMIT`,
  );
  await caughtUp(database, started);
  await started.stop();
  expect(started.feed.current().counts.users).toBe(2);
});

test('where a dump was restored, a transaction that has the number of an old one is told of all the same', async () => {
  const database = await aDatabase();
  const started = await aFeed(database, { pollMs: 100 });
  /** As the dump has them, of another cluster: the numbers of transactions that are yet to come here. */
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.change_log SELECT (pg_current_xact_id()::text::bigint + n)::text::xid8, 'users', NULL, 'old' FROM generate_series(1, 50) n;
    INSERT INTO lad_dev.change_versions SELECT nextval('lad_dev.change_version'), (pg_current_xact_id()::text::bigint + n)::text::xid8,
      now() - interval '8 days' FROM generate_series(1, 50) n`,
  );
  await runSql(database.ownerUrl, addUser);
  await caughtUp(database, started);
  expect(started.feed.current().counts.users).toBe(1);
  // Forgetting the old one leaves what the new one, of the same number, has changed.
  const before = await versionIn(database);
  await runSql(database.ownerUrl, addUser);
  await runSql(database.ownerUrl, addUser);
  await runSql(database.urls.router, `SELECT lad_dev.prune_changes('7 days')`);
  const left = (await changesSince(database, before)).filter((change) => change !== 'users old');
  expect(left).toHaveLength(2);
  await started.stop();
});

test('sabotaged: with stamps that outlive their transactions it is not told of', async () => {
  const database = await aDatabase();
  const started = await aFeed(database, { pollMs: 100 });
  await runSql(
    database.ownerUrl,
    `ALTER TABLE lad_dev.change_stamps DISABLE TRIGGER USER;
    INSERT INTO lad_dev.change_stamps SELECT (pg_current_xact_id()::text::bigint + n)::text::xid8 FROM generate_series(1, 50) n;
    ALTER TABLE lad_dev.change_stamps ENABLE TRIGGER USER`,
  );
  await runSql(database.ownerUrl, addUser);
  await eventually(() => started.feed.ageMs() < 50);
  expect(await runSql(database.ownerUrl, 'SELECT FROM lad_dev.users')).toHaveLength(1);
  await started.stop();
  expect(started.feed.current().counts.users).toBe(0);
});

/** A schema as the first release has made it. */
async function firstRelease({ ownerUrl, name }: TestDatabase): Promise<void> {
  await runSql(ownerUrl, 'CREATE SCHEMA IF NOT EXISTS lad_dev');
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: name,
    ensureDatabase: false,
    driverOptions: { connectionString: ownerUrl },
    extensions: [Migrator],
    migrations: {
      migrationsList: [firstMigration('lad_dev')],
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

test('a schema of the first release is brought up to date, with its changes and its rows', async () => {
  const database = await aDatabase({ migrated: false });
  await firstRelease(database);
  await runSql(
    database.ownerUrl,
    `${addUser}; INSERT INTO lad_dev.trunks (deployment_origin, sip_trunk_id) VALUES ('https://livekit.example.com', 'ST_1')`,
  );
  const version = await databaseVersion(database);
  await expect(aFeed(database)).rejects.toThrow('Run: dialplane db migrate');
  expect(await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' })).toEqual({
    applied: ['0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  });
  expect(await databaseVersion(database)).toBe(version);
  expect(await changesSince(database, 0)).toHaveLength(2);
  const { feed, stop } = await aFeed(database);
  await stop();
  expect(feed.current().trunk('https://livekit.example.com', 'ST_1')).toMatchObject({
    isActive: true,
    cliCountries: undefined,
  });
});

test('columns that an adopted table has already are taken over, and stay what they are', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(
    database.ownerUrl,
    `CREATE SCHEMA lad_dev; SET search_path = lad_dev;
    CREATE TABLE tenants (id uuid PRIMARY KEY, routing_defaults json, is_active boolean);
    CREATE TABLE voice_call_logs (id uuid PRIMARY KEY, tenant_id uuid, purpose varchar(40));
    CREATE TABLE deployments (origin text PRIMARY KEY, is_active boolean NOT NULL, limits jsonb);
    CREATE TABLE trunks (deployment_origin text, sip_trunk_id text, cli_countries varchar(2)[], is_active boolean);
    INSERT INTO tenants VALUES ('${TENANT}', '{"region" : "IN"}', NULL);
    INSERT INTO trunks VALUES ('https://livekit.example.com', 'ST_1', '{{IN,AE}}', true), ('https://livekit.example.com', NULL, NULL, NULL);
    INSERT INTO voice_call_logs VALUES (gen_random_uuid(), '${TENANT}', 'sale')`,
  );
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  const columns = `SELECT table_name AS of, data_type AS type FROM information_schema.columns WHERE table_schema = 'lad_dev'
    AND (table_name, column_name) IN (('tenants', 'routing_defaults'), ('voice_call_logs', 'purpose')) ORDER BY 1`;
  expect(await runSql(database.ownerUrl, columns)).toEqual([
    { of: 'tenants', type: 'json' },
    { of: 'voice_call_logs', type: 'character varying' },
  ]);
  await runSql(database.urls.admin, `INSERT INTO lad_dev.deployments (origin) VALUES ('http://livekit.example.com')`);
  const { feed, eventsOf, stop } = await aFeed(database, { digestEveryMs: 100 });
  await eventually(() => eventsOf('digest_matched').length > 0);
  await stop();
  expect(eventsOf('digest_mismatch')).toEqual([]);
  expect(feed.current().tenant(TENANT)).toMatchObject({ isActive: false, defaults: { kind: 'ok' } });
  expect([...feed.current().rows('trunks')]).toMatchObject([{ sipTrunkId: 'ST_1', cliCountries: ['IN', 'AE'] }]);
  expect(feed.current().deployment('http://livekit.example.com')).toMatchObject({ isActive: true });
});

test('values of adopted tables that are far too long are read no further than they can be of use, and refused', async () => {
  const database = await aDatabase();
  const origin = 'https://livekit.example.com';
  await runSql(
    database.ownerUrl,
    `SET search_path = lad_dev;
    INSERT INTO voice_agent_livekit (id, name, url, trunk_id, worker_name, dial_mode, is_active)
      SELECT gen_random_uuid(), l, 'https://' || l, 'ST_' || l, l, l, true FROM repeat('a', 100000) l;
    INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code) SELECT '${TENANT}', l, l FROM repeat('1', 100000) l;
    INSERT INTO deployments (origin, region) SELECT '${origin}', repeat('a', 100000);
    INSERT INTO trunks (deployment_origin, sip_trunk_id, carrier, cli_countries)
      SELECT '${origin}', 'ST_1', l, array_fill('IN'::text, ARRAY[100000]) || l FROM repeat('a', 100000) l`,
  );
  // No index would take such keys, did they not compress.
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.deployments (origin) SELECT 'https://' || repeat('a', 100000);
    INSERT INTO lad_dev.trunks (deployment_origin, sip_trunk_id) SELECT '${origin}', 'ST_' || repeat('a', 100000)`,
  );
  const { feed, eventsOf, stop } = await aFeed(database, { digestEveryMs: 100 });
  await eventually(() => eventsOf('digest_matched').length > 0);
  await stop();
  const rows = allRows(feed.current());
  expect(JSON.stringify(rows).length).toBeLessThan(20_000);
  expect(Object.values(rows).map((some) => some.length)).toEqual([0, 0, 0, 1, 1, 1, 1, 0]);
  const problems = [...feed.current().findProblems()].flatMap(
    (row) => row?.problems.map(({ problem }) => problem) ?? [],
  );
  expect(problems).toEqual([
    'The base number and the country code do not make an E.164 number.',
    'Its URL is unusable: it is longer than 2048 characters.',
    'Its trunk id is none of LiveKit: those begin with ST_.',
    'It has no usable agent name.',
    expect.stringContaining('Its dial mode'),
  ]);
  expect(feed.current().numbersMeant(TENANT, '1'.repeat(15))).toEqual([]);
});

test.each([
  [
    'tenants',
    'id uuid, routing_defaults text',
    'Table tenants: column routing_defaults is text, Dialplane needs jsonb',
  ],
  ['voice_call_logs', 'id uuid, purpose jsonb', 'Table voice_call_logs: column purpose is jsonb, Dialplane needs text'],
  [
    'trunks',
    'sip_trunk_id text, cli_countries jsonb',
    'Table trunks: column cli_countries is jsonb, Dialplane needs text[]',
  ],
  ['do_not_call', 'phone text', "Table do_not_call is there already, and is not Dialplane's"],
])(
  'a table %s (%s) that cannot be used is named, whether the first migration was done or not',
  async (table, columns, problem) => {
    const add = `CREATE TABLE lad_dev.${table} (${columns})`;
    const fresh = await aDatabase({ migrated: false });
    await runSql(fresh.ownerUrl, `CREATE SCHEMA lad_dev; ${add}`);
    const migrated = await aDatabase({ migrated: false });
    await firstRelease(migrated);
    const [, column = ''] = columns.split(', ');
    await runSql(migrated.ownerUrl, table === 'do_not_call' ? add : `ALTER TABLE lad_dev.${table} ADD ${column}`);
    for (const { ownerUrl } of [fresh, migrated]) {
      await expect(migrate({ ownerUrl, schema: 'lad_dev' })).rejects.toThrow(problem);
      expect(await runSql(ownerUrl, `SELECT to_regclass('lad_dev.dialplane_do_not_call_1') AS made`)).toEqual([
        { made: null },
      ]);
    }
  },
);

test('changes of adopted tables, with ids of other types, NULLs and rows that are there twice, are followed', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(
    database.ownerUrl,
    `CREATE SCHEMA lad_dev; SET search_path = lad_dev;
    CREATE TABLE users (id uuid, tenant_id varchar(36));
    CREATE TABLE voice_agents (id bigint, tenant_id uuid);
    CREATE TABLE voice_agent_numbers (id varchar(40), tenant_id varchar(36), base_number varchar(20), country_code varchar(5), rules json);
    CREATE TABLE voice_agent_livekit (id text, name varchar(64), dial_mode text);`,
  );
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  const started = await aFeed(database, { pollMs: Infinity });
  const { feed } = started;
  for (const sql of [
    `INSERT INTO users VALUES ('${TENANT}', 'a'), ('${TENANT}', 'b'), (NULL, 'a'), (gen_random_uuid(), NULL)`,
    `INSERT INTO voice_agents VALUES (7, '${TENANT}'), (NULL, '${TENANT}')`,
    `INSERT INTO voice_agent_numbers VALUES ('n 1', 'Tenant A', NULL, NULL, '{"x" : 1}'), ('n 2', NULL, '2', '1', NULL), (NULL, 'a', '3', '1', NULL)`,
    `INSERT INTO voice_agent_livekit VALUES ('c', NULL, NULL), (NULL, 'x', 'legacy')`,
    `INSERT INTO do_not_call VALUES ('Tenant A', '+12125550199'), ('', '+12125550198'), (NULL, '+12125550197')`,
    `DELETE FROM users WHERE tenant_id = 'b'`,
    `UPDATE voice_agents SET id = 8 WHERE id = 7`,
    `UPDATE voice_agent_numbers SET tenant_id = NULL WHERE id = 'n 1'`,
    `UPDATE voice_agent_numbers SET tenant_id = 'Tenant A' WHERE id = 'n 2'`,
    `DELETE FROM do_not_call WHERE tenant_id = 'Tenant A'`,
    `ALTER TABLE voice_agents ALTER id TYPE text; UPDATE voice_agents SET id = 'eight'`,
  ]) {
    await runSql(database.ownerUrl, `SET search_path = lad_dev; ${sql}`);
    await caughtUp(database, started);
    expect({ sql, rows: allRows(feed.current()) }).toEqual({ sql, rows: await readAnew(database) });
  }
  await started.stop();
  expect(feed.current().tenantIdOfUser(TENANT)).toBe('a');
  expect(feed.current().counts).toMatchObject({ users: 2, voice_agents: 1, voice_agent_numbers: 1 });
});

const CAPITALS = 'AAAAAAAA-1111-4111-8111-AAAAAAAAAAAA';
const LOWER = CAPITALS.toLowerCase();
const WITH_TEXT_IDS = `CREATE SCHEMA lad_dev; SET search_path = lad_dev;
  CREATE TABLE tenants (id varchar(36), name text);
  CREATE TABLE users (id varchar(36), tenant_id varchar(36));
  CREATE TABLE voice_agents (id text, tenant_id varchar(36));
  CREATE TABLE voice_agent_numbers (id text, tenant_id varchar(36), base_number text, country_code text, rules json);
  CREATE TABLE voice_agent_livekit (id text, tenant_id varchar(36), name text);`;

test('ids that are UUIDs in capitals are not taken over, and are told of when they come later', async () => {
  const database = await aDatabase({ migrated: false });
  const run = (sql: string) => runSql(database.ownerUrl, `SET search_path = lad_dev; ${sql}`);
  await runSql(database.ownerUrl, WITH_TEXT_IDS);
  await run(`INSERT INTO users VALUES ('${CAPITALS}', '${LOWER}'), ('Capitals', '${CAPITALS}')`);
  const migrated = migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  await expect(migrated).rejects.toThrow(
    /nothing was changed[^]*users: column id .* 1 rows[^]*column tenant_id .* 1 rows/,
  );
  const { message } = (await migrated.catch((error: Error) => error)) as Error;
  for (const [mend = ''] of message.matchAll(/UPDATE .*$/gm)) await run(mend);
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  expect(await runSql(database.ownerUrl, 'SELECT id, tenant_id FROM lad_dev.users ORDER BY length(id) DESC')).toEqual([
    { id: LOWER, tenant_id: LOWER },
    { id: 'Capitals', tenant_id: LOWER },
  ]);
  await run(`INSERT INTO do_not_call VALUES ('${CAPITALS}', '+12125550199')`);
  const told: string[] = [];
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev', onProgress: (line) => told.push(line) });
  expect(told).toContainEqual(expect.stringMatching('Table do_not_call: column tenant_id holds UUIDs in capitals'));
});

test('ids in capitals that come later have their effect all the same', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(database.ownerUrl, WITH_TEXT_IDS);
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  const started = await aFeed(database, { pollMs: Infinity, digestEveryMs: 200 });
  const { feed } = started;
  for (const sql of [
    `INSERT INTO tenants (id, is_active) VALUES ('${CAPITALS}', false)`,
    `INSERT INTO users VALUES ('${CAPITALS}', '${LOWER}'), ('${CAPITALS}', '${CAPITALS}')`,
    `INSERT INTO voice_agents SELECT upper(gen_random_uuid()::text), '${CAPITALS}' FROM generate_series(1, 1500)`,
    `INSERT INTO do_not_call VALUES ('${CAPITALS}', '+12125550199'), ('${CAPITALS}', '+12125550198')`,
    `INSERT INTO voice_agent_numbers VALUES ('${CAPITALS}', '${CAPITALS}', '2', '1', NULL)`,
    `UPDATE voice_agents SET id = lower(id)`,
    `UPDATE voice_agents SET id = upper(id)`,
    `DELETE FROM voice_agents`,
    `DELETE FROM do_not_call WHERE number = '+12125550198'`,
    `DELETE FROM voice_agent_numbers`,
  ]) {
    await runSql(database.ownerUrl, `SET search_path = lad_dev; ${sql}`);
    await caughtUp(database, started);
    expect({ sql, rows: allRows(feed.current()) }).toEqual({ sql, rows: await readAnew(database) });
  }
  await eventually(() => started.eventsOf('digest_matched').length > 1);
  await started.stop();
  expect(started.eventsOf('digest_mismatch')).toEqual([]);
  const snapshot = feed.current();
  expect(snapshot.tenantIdOfUser(LOWER)).toBe(LOWER);
  expect(snapshot.tenant(LOWER)?.isActive).toBe(false);
  expect(snapshot.counts).toMatchObject({ users: 1, voice_agents: 0, voice_agent_numbers: 0, do_not_call: 1 });
  expect([...snapshot.rows('do_not_call')]).toEqual([{ tenantId: LOWER, number: '+12125550199' }]);
});

test('what of the database does not go with the change feed is told of', async () => {
  const database = await aDatabase({ migrated: false });
  await runSql(
    database.ownerUrl,
    `CREATE SCHEMA lad_dev; SET search_path = lad_dev;
    CREATE TABLE tenants (id uuid PRIMARY KEY, name text);
    CREATE TABLE users (id uuid PRIMARY KEY, tenant_id uuid CONSTRAINT of_tenant REFERENCES tenants DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE voice_agents (id uuid, tenant_id uuid) PARTITION BY HASH (id);
    CREATE TABLE voice_agent_numbers (id uuid, tenant_id uuid, base_number text, country_code text, rules json, UNIQUE (tenant_id, id));
    CREATE TABLE voice_agent_livekit (id uuid UNIQUE NULLS NOT DISTINCT, name text);`,
  );
  const told: string[] = [];
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev', onProgress: (line) => told.push(line) });
  const about = told.filter((line) => /deferrable|partitioned|unique key|prepared/.test(line));
  expect(about).toEqual([
    expect.stringMatching(/^Foreign key of_tenant of table users is deferrable/),
    expect.stringMatching(/^Table voice_agents is partitioned/),
    expect.stringMatching(/^Table voice_agent_numbers has no unique key on id/),
    expect.stringMatching(/^Table voice_agents has no unique key on id/),
  ]);
});

test('a commit does not wait for ever for another that holds up the feed, and says what to look for', async () => {
  const database = await aDatabase();
  await withSession(database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET CONSTRAINTS ALL IMMEDIATE; ${addUser}`);
    await expect(runSql(database.ownerUrl, addUser)).rejects.toMatchObject({
      code: '55P03',
      message: expect.stringContaining('was not committed'),
      hint: expect.stringContaining('SET CONSTRAINTS ALL IMMEDIATE'),
    });
    await holder.query('COMMIT');
  });
  await runSql(database.ownerUrl, addUser);
  expect(await runSql(database.ownerUrl, 'SELECT count(*)::int AS n FROM lad_dev.users')).toEqual([{ n: 2 }]);
}, 120_000);
