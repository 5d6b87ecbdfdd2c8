import { afterEach, expect, test } from '@jest/globals';
import {
  AdoptedTableError,
  createCallRepository,
  createLiveKitConfigRepository,
  createNumberRepository,
  createUserRepository,
  migrate,
  openDatabase,
} from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { MikroORM } from '@mikro-orm/postgresql';

import { ENTITIES } from '../src/entities/index.ts';
import { snapshotOf } from './feed-case.ts';
import { anAttempt } from './calls-case.ts';
import { aCall, aConfig, runSql } from './fixtures.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const ANOTHER = '22222222-2222-4222-8222-222222222222';
const CONFIG = '33333333-3333-4333-8333-333333333333';
const USER = '44444444-4444-4444-8444-444444444444';

const databases: TestDatabase[] = [];
async function aDatabase(options: Parameters<typeof createTestDatabase>[0]): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  databases.push(database);
  return database;
}
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

/** From the mission, word for word. */
const OPERATORS_QUERY = `
  SELECT base_number, tenant_id, rules->'livekit_config' as config_id
  FROM lad_dev.voice_agent_numbers
  WHERE base_number = '5550100123'
  AND tenant_id = '11111111-1111-4111-8111-111111111111';
`;

test("the operator's query works word for word on the migrated schema, as the owner", async () => {
  const { ownerUrl } = await aDatabase({ schema: 'lad_dev' });
  await runSql(
    ownerUrl,
    `
    INSERT INTO lad_dev.voice_agent_numbers (tenant_id, base_number, country_code, rules)
    VALUES ('${TENANT}', '5550100123', '1', '{"livekit_config": "${CONFIG}"}'), ('${ANOTHER}', '5550100123', '1', NULL)`,
  );
  expect(await runSql(ownerUrl, OPERATORS_QUERY)).toEqual([
    { base_number: '5550100123', tenant_id: TENANT, config_id: CONFIG },
  ]);
});

test('migrating again changes nothing, and of several migrations at once one is applied', async () => {
  const { ownerUrl } = await aDatabase({ migrated: false });
  const runs = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl, schema: 'dialplane' })));
  expect(runs.map(({ applied }) => applied).sort()).toEqual([
    [],
    [],
    ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  ]);
  expect(await migrate({ ownerUrl, schema: 'dialplane' })).toEqual({ applied: [] });
});

test('the entities are what the migration made', async () => {
  const { ownerUrl, name } = await aDatabase({ schema: 'lad_dev' });
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: name,
    schema: 'lad_dev',
    ensureDatabase: false,
    driverOptions: { connectionString: ownerUrl },
  });
  try {
    const difference = await orm.schema.getUpdateSchemaSQL({
      wrap: false,
      safe: true,
      dropTables: false,
      schema: 'lad_dev',
    });
    // The migration's indexes, and a key that NULL is part of, are its own; nothing else differs.
    const lines = difference.split('\n').filter((line) => line !== '');
    const known =
      /^drop index "lad_dev"\."dialplane_\w+";$|"do_not_call" drop constraint "do_not_call_(key|number_check)";$/;
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
  } finally {
    await orm.close();
  }
});

const HOLDER = { holder: 'dispatcher', leaseMs: 15_000 };

/** What a present service might have: other columns, types, keys, constraints, defaults and rows. */
const PRESENT_SERVICE = `
  CREATE SCHEMA lad_dev;
  SET search_path = lad_dev;
  CREATE TYPE user_kind AS ENUM ('person', 'robot');
  CREATE TABLE users (
    id uuid PRIMARY KEY, tenant_id varchar(36) NOT NULL, email text NOT NULL UNIQUE, kind user_kind NOT NULL DEFAULT 'person',
    created_at timestamp NOT NULL
  );
  CREATE TABLE voice_agents (id bigserial PRIMARY KEY, tenant_id uuid, name varchar(80), prompt text);
  CREATE TABLE voice_agent_livekit (
    id uuid PRIMARY KEY, name varchar(64) NOT NULL, url text NOT NULL, api_key text, api_secret bytea, trunk_id varchar(64), worker_name text
  );
  CREATE TABLE voice_agent_numbers (
    id uuid PRIMARY KEY, tenant_id uuid NOT NULL, base_number varchar(20) NOT NULL CHECK (base_number <> ''), country_code varchar(5),
    provider text, rules json, created_at timestamptz NOT NULL,
    livekit_config_id uuid REFERENCES voice_agent_livekit (id)
  );
  CREATE TABLE voice_call_logs (id uuid PRIMARY KEY, tenant_id uuid, agent_id bigint REFERENCES voice_agents (id), campaign text NOT NULL, status text);
  INSERT INTO users VALUES ('${USER}', '${TENANT}', 'someone@example.com', 'robot', now());
  INSERT INTO voice_agents (id, tenant_id, name) VALUES (7, '${ANOTHER}', 'Sales');
  INSERT INTO voice_agent_livekit VALUES ('${CONFIG}', 'uae', 'http://livekit.example.com:7880', 'APIexample', 'sealed elsewhere', 'ST_example', 'sales-agent');
  INSERT INTO voice_agent_numbers VALUES
    ('55555555-5555-4555-8555-555555555555', '${TENANT}', '5550100123', '+1', 'carrier', '{"livekit_config": "${CONFIG}", "theirs": {"kept": [1, 2.50]}}', now(), NULL),
    ('66666666-6666-4666-8666-666666666666', '${ANOTHER}', '5550100123', '+1', 'other carrier', NULL, now(), NULL),
    ('77777777-7777-4777-8777-777777777777', '${TENANT}', '5550100124', '+1', NULL, '["not", "an", "object"]', now(), NULL);
  INSERT INTO voice_call_logs VALUES ('88888888-8888-4888-8888-888888888888', '${TENANT}', 7, 'spring', 'done');
`;

const everything = (url: string, table: string): Promise<Record<string, unknown>[]> =>
  runSql<{ row: Record<string, unknown> }>(url, `SELECT to_jsonb(t) AS row FROM lad_dev.${table} t ORDER BY id`).then(
    (rows) => rows.map(({ row }) => row),
  );

test('a schema that is there is adopted: its columns, rows and constraints stay as they are', async () => {
  const { ownerUrl } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  const present = ['users', 'voice_agents', 'voice_agent_livekit', 'voice_agent_numbers', 'voice_call_logs'];
  const before = await Promise.all(present.map((table) => everything(ownerUrl, table)));
  const constraints = `SELECT conrelid::regclass::text AS of, conname, pg_get_constraintdef(oid) AS def FROM pg_constraint
    WHERE connamespace = 'lad_dev'::regnamespace ORDER BY 1, 2`;
  const constraintsBefore = await runSql<object>(ownerUrl, constraints);
  const said: string[] = [];

  expect(await migrate({ ownerUrl, schema: 'lad_dev', onProgress: (message) => said.push(message) })).toEqual({
    applied: ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  });

  for (const [n, table] of present.entries()) {
    const after = await everything(ownerUrl, table);
    expect(after).toHaveLength(before[n]?.length ?? -1);
    for (const [i, row] of after.entries()) expect(row).toMatchObject(before[n]?.[i] ?? {});
  }
  expect(await runSql<object>(ownerUrl, constraints)).toEqual(expect.arrayContaining(constraintsBefore));
  expect(await runSql(ownerUrl, 'SELECT dial_mode, is_active FROM lad_dev.voice_agent_livekit')).toEqual([
    { dial_mode: 'legacy', is_active: true },
  ]);
  expect(await runSql(ownerUrl, OPERATORS_QUERY)).toEqual([
    { base_number: '5550100123', tenant_id: TENANT, config_id: CONFIG },
  ]);
  expect(said).toContainEqual(expect.stringContaining('Table voice_call_logs requires values in campaign'));
  expect(said).toContainEqual(expect.stringContaining('Table users requires values in email'));
});

test('what was adopted is routed, listed and changed, and keys of rules that we do not know survive', async () => {
  const { ownerUrl, urls } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await migrate({ ownerUrl, schema: 'lad_dev' });
  const admin = await openDatabase({ url: urls.admin, schema: 'lad_dev' });
  try {
    const snapshot = await snapshotOf({ urls, schema: 'lad_dev' });
    expect(snapshot.tenantIdOfUser(USER)).toBe(TENANT);
    expect(snapshot.tenant(TENANT)).toMatchObject({ isActive: true, hasRow: false });
    expect(snapshot.tenantIdOfAgent('7')).toBe(ANOTHER);
    expect(snapshot.numbersMeant(TENANT, '5550100123')).toMatchObject([
      { id: '55555555-5555-4555-8555-555555555555', isActive: true },
    ]);
    expect(snapshot.config(CONFIG)).toMatchObject({
      id: CONFIG,
      tenantId: null,
      sipTrunkId: 'ST_example',
      agentName: 'sales-agent',
      dialMode: 'legacy',
      isActive: true,
    });

    const numbers = createNumberRepository(admin);
    expect(await numbers.list(TENANT)).toHaveLength(2);
    expect(
      await numbers.add(TENANT, { baseNumber: '5550100123', countryCode: '1', provider: 'carrier' }),
    ).toMatchObject({ kind: 'existed' });
    expect(await numbers.add(TENANT, { baseNumber: '5550100125', countryCode: '1', provider: null })).toMatchObject({
      kind: 'added',
      row: { isActive: true },
    });
    const config = aConfig();
    expect(await createLiveKitConfigRepository(admin).add(TENANT, config)).toMatchObject({ kind: 'added' });
    expect(await numbers.assign(TENANT, '55555555-5555-4555-8555-555555555555', config.id)).toBe('assigned');
    expect(await numbers.assign(TENANT, '77777777-7777-4777-8777-777777777777', config.id)).toBe('rules_invalid');
    expect((await numbers.find(TENANT, '+15550100123'))[0]?.rules).toEqual({
      livekit_config: config.id,
      theirs: { kept: [1, 2.5] },
    });
    expect((await numbers.find(TENANT, '+15550100124'))[0]?.rules).toEqual(['not', 'an', 'object']);
  } finally {
    await admin.close();
  }
});

test('an adopted table that requires more than we know says so when a row is added, until its columns have defaults', async () => {
  const { ownerUrl, urls } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await migrate({ ownerUrl, schema: 'lad_dev' });
  const admin = await openDatabase({ url: urls.admin, schema: 'lad_dev' });
  const dispatcher = await openDatabase({ url: urls.dispatcher, schema: 'lad_dev' });
  try {
    const addUser = () => createUserRepository(admin).add(TENANT, ANOTHER);
    await expect(addUser()).rejects.toThrow(
      /Table users requires a value in email, which Dialplane does not know: give the column a default/,
    );
    const call = aCall({ agentId: '' });
    const accept = () =>
      createCallRepository(dispatcher, HOLDER).accept(
        TENANT,
        { key: 'key', requestHash: 'hash' },
        call,
        anAttempt(call.id),
      );
    await expect(accept()).rejects.toThrow(AdoptedTableError);
    await runSql(
      ownerUrl,
      "ALTER TABLE lad_dev.voice_call_logs ALTER campaign SET DEFAULT ''; ALTER TABLE lad_dev.users ALTER email SET DEFAULT gen_random_uuid()",
    );
    expect(await addUser()).toEqual({ kind: 'added' });
    expect(await accept()).toMatchObject({
      kind: 'accepted',
      call: { id: call.id, agentId: '', targets: call.targets },
    });
  } finally {
    await admin.close();
    await dispatcher.close();
  }
});

test('a value that does not fit its column in an adopted table names the table and the type, and is not repeated', async () => {
  const { ownerUrl, urls } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await runSql(
    ownerUrl,
    `
    ALTER TABLE lad_dev.voice_call_logs ALTER campaign SET DEFAULT '', ADD from_number varchar(4), ADD max_duration_seconds smallint, ADD ringing_timeout_seconds bigint, ADD targets json;
    ALTER TABLE lad_dev.voice_agent_numbers ALTER provider TYPE lad_dev.user_kind USING NULL`,
  );
  await migrate({ ownerUrl, schema: 'lad_dev' });
  const admin = await openDatabase({ url: urls.admin, schema: 'lad_dev' });
  const dispatcher = await openDatabase({ url: urls.dispatcher, schema: 'lad_dev' });
  const fits = { agentId: '7', fromNumber: '0100' };
  const accept = (change: object) => {
    const call = aCall({ ...fits, ...change });
    const key = { key: JSON.stringify(change), requestHash: 'hash' };
    return createCallRepository(dispatcher, HOLDER).accept(TENANT, key, call, anAttempt(call.id));
  };
  try {
    expect(await accept({})).toMatchObject({
      call: { ringingTimeoutSeconds: 30, maxDurationSeconds: 600, agentId: '7' },
    });
    for (const [write, message, value] of [
      [
        () => accept({ agentId: 'agent-1' }),
        /^Table voice_call_logs does not take a value that is none of type bigint.*widen the column or convert/,
        'agent-1',
      ],
      [
        () => accept({ fromNumber: '+12125550100' }),
        /^Table voice_call_logs .* too long for type character varying\(4\)/,
        '0100',
      ],
      [() => accept({ maxDurationSeconds: 86_400 }), /^Table voice_call_logs .* too large for type smallint/, '86400'],
      [
        () =>
          createNumberRepository(admin).add(TENANT, { baseNumber: '5550100125', countryCode: '1', provider: 'hidden' }),
        /^Table voice_agent_numbers .* none of type lad_dev\.user_kind/,
        'hidden',
      ],
      [
        () => createLiveKitConfigRepository(admin).add(TENANT, aConfig({ sipTrunkId: 'ST_'.repeat(30) })),
        /^Table voice_agent_livekit .* too long/,
        'ST_',
      ],
    ] as const) {
      const error = (await (write() as Promise<unknown>).catch((error: unknown) => error)) as Error;
      expect(error).toBeInstanceOf(AdoptedTableError);
      expect(error.message).toMatch(message);
      expect(`${error.stack}${String(error.cause)}`).not.toContain(value);
    }
  } finally {
    await admin.close();
    await dispatcher.close();
  }
});

test('columns whose types cannot be used are all named, and nothing is changed', async () => {
  const { ownerUrl } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await runSql(
    ownerUrl,
    `
    SET search_path = lad_dev;
    CREATE DOMAIN phone AS text;
    ALTER TABLE voice_call_logs ADD metadata text, ADD state user_kind, ADD from_number phone, ADD sip_code text, ADD initiated_by integer;
    ALTER TABLE voice_agent_livekit ADD is_active smallint;
    ALTER TABLE users ALTER tenant_id TYPE char(36)`,
  );
  const catalog = `SELECT attrelid::regclass::text AS of, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'lad_dev'::regnamespace AND attnum > 0 ORDER BY 1, 2`;
  const before = await runSql<object>(ownerUrl, catalog);
  const error = (await migrate({ ownerUrl, schema: 'lad_dev' }).catch((error: unknown) => error)) as Error;
  expect(error.message.split('\n').slice(1, -1).sort()).toEqual([
    '  Table users: column tenant_id is character, Dialplane needs uuid',
    '  Table voice_agent_livekit: column is_active is smallint, Dialplane needs boolean',
    '  Table voice_call_logs: column initiated_by is integer, Dialplane needs uuid',
    '  Table voice_call_logs: column metadata is text, Dialplane needs jsonb',
    '  Table voice_call_logs: column sip_code is text, Dialplane needs integer',
    expect.stringMatching(/^ {2}Table voice_call_logs: column state is (lad_dev\.)?user_kind, Dialplane needs text$/),
  ]);
  expect(error.message).toMatch(/nothing was changed[^]*Convert each .* or rename it/);
  expect(await runSql<object>(ownerUrl, catalog)).toEqual(before);
  await runSql(
    ownerUrl,
    `
    SET search_path = lad_dev;
    ALTER TABLE voice_call_logs ALTER metadata TYPE jsonb USING NULL, ALTER state TYPE text, ALTER sip_code TYPE integer USING NULL, ALTER initiated_by TYPE uuid USING NULL;
    ALTER TABLE voice_agent_livekit RENAME is_active TO was_active;
    ALTER TABLE users ALTER tenant_id TYPE text`,
  );
  expect(await migrate({ ownerUrl, schema: 'lad_dev' })).toEqual({
    applied: ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  });
});

test('adopted numbers without a usable country code are counted; where there are none, nothing is said', async () => {
  const { ownerUrl } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await runSql(
    ownerUrl,
    `
    INSERT INTO lad_dev.voice_agent_numbers (id, tenant_id, base_number, country_code, created_at)
    SELECT gen_random_uuid(), '${TENANT}', '5550100130', code, now() FROM unnest(ARRAY[NULL, '', '+', 'US', '12345', '01', '971', '+91']) code`,
  );
  const said: string[] = [];
  await migrate({ ownerUrl, schema: 'lad_dev', onProgress: (message) => said.push(message) });
  expect(said).toContainEqual(
    expect.stringContaining('Of the 11 rows in voice_agent_numbers 6 have no country_code of 1 to 3 digits'),
  );
  const fresh = await aDatabase({ migrated: false });
  said.length = 0;
  await migrate({ ownerUrl: fresh.ownerUrl, schema: 'lad_dev', onProgress: (message) => said.push(message) });
  expect(said.join()).not.toContain('country_code');
});

test('a user whom an adopted table has in two tenants is in none, until one of the rows is gone', async () => {
  const { ownerUrl, urls } = await aDatabase({ migrated: false });
  await runSql(
    ownerUrl,
    `CREATE SCHEMA lad_dev; CREATE TABLE lad_dev.users (id uuid, tenant_id uuid);
    INSERT INTO lad_dev.users VALUES ('${USER}', '${TENANT}'), ('${USER}', '${ANOTHER}'), ('${CONFIG}', '${TENANT}'), ('${CONFIG}', '${TENANT}')`,
  );
  await migrate({ ownerUrl, schema: 'lad_dev' });
  const admin = await openDatabase({ url: urls.admin, schema: 'lad_dev' });
  const users = createUserRepository(admin);
  const tenants = async (initiatedBy: string) => [
    await users.tenantOfUser(initiatedBy),
    (await snapshotOf({ urls, schema: 'lad_dev' })).tenantIdOfUser(initiatedBy),
  ];
  try {
    expect(await tenants(USER)).toEqual([undefined, undefined]);
    expect(await tenants(CONFIG)).toEqual([TENANT, TENANT]);
    for (const tenant of [TENANT, '99999999-9999-4999-8999-999999999999'])
      expect(await users.add(tenant, USER)).toEqual({ kind: 'conflict' });
    expect(await runSql(ownerUrl, `SELECT FROM lad_dev.users WHERE id = '${USER}'`)).toHaveLength(2);
    await runSql(ownerUrl, `DELETE FROM lad_dev.users WHERE id = '${USER}' AND tenant_id = '${ANOTHER}'`);
    expect(await tenants(USER)).toEqual([TENANT, TENANT]);
  } finally {
    await admin.close();
  }
});

test('no process may read or write a column of an adopted table that is not ours', async () => {
  const { ownerUrl, urls } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await migrate({ ownerUrl, schema: 'lad_dev' });
  const theirs = {
    users: 'email',
    voice_agents: 'prompt',
    voice_agent_livekit: 'api_secret',
    voice_agent_numbers: 'livekit_config_id',
    voice_call_logs: 'campaign',
  };
  for (const role of ['router', 'dispatcher', 'admin'] as const) {
    for (const [table, column] of Object.entries(theirs)) {
      const rights = ['SELECT', 'INSERT', 'UPDATE'].map(
        (verb) => `has_column_privilege('lad_dev.${table}', '${column}', '${verb}')`,
      );
      expect({ role, table, rights: await runSql(urls[role], `SELECT ${rights.join(' OR ')} AS any`) }).toEqual({
        role,
        table,
        rights: [{ any: false }],
      });
    }
  }
  expect(await runSql(urls.admin, 'SELECT id, tenant_id FROM lad_dev.users', [], TENANT)).toEqual([
    { id: USER, tenant_id: TENANT },
  ]);
  await expect(runSql(urls.admin, 'SELECT created_at FROM lad_dev.users', [], TENANT)).rejects.toThrow(
    'permission denied',
  );
});

test("the present service's role, which owns nothing, goes on seeing every row that its grants let it see", async () => {
  const { ownerUrl, superuserUrl } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await runSql(
    superuserUrl,
    `
    CREATE ROLE adopted_service LOGIN PASSWORD 'example';
    GRANT USAGE ON SCHEMA lad_dev TO adopted_service; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lad_dev TO adopted_service`,
  );
  const url = Object.assign(new URL(superuserUrl), { username: 'adopted_service', password: 'example' }).href;
  const count = async (): Promise<unknown> =>
    (await runSql(url, 'SELECT count(*)::int AS n FROM lad_dev.voice_agent_numbers'))[0];
  try {
    await migrate({ ownerUrl, schema: 'lad_dev' });
    expect(await count()).toEqual({ n: 3 });
    expect(
      await runSql(url, `UPDATE lad_dev.voice_agent_numbers SET provider = 'new' RETURNING 1 AS changed`),
    ).toHaveLength(3);
    // Sabotaged: without the policy for others, it would see nothing.
    await runSql(ownerUrl, 'DROP POLICY dialplane_others ON lad_dev.voice_agent_numbers');
    expect(await count()).toEqual({ n: 0 });
  } finally {
    await runSql(superuserUrl, 'DROP OWNED BY adopted_service; DROP ROLE adopted_service');
  }
});

test('a table that somebody else owns stops the migration with what to do, and nothing is changed', async () => {
  const { ownerUrl, superuserUrl } = await aDatabase({ migrated: false });
  await runSql(ownerUrl, PRESENT_SERVICE);
  await runSql(superuserUrl, 'ALTER TABLE lad_dev.voice_agent_numbers OWNER TO postgres');
  await expect(migrate({ ownerUrl, schema: 'lad_dev' })).rejects.toThrow(
    /must be owner of table voice_agent_numbers\. DATABASE_OWNER_URL must log in as the owner/,
  );
  const [row] = await runSql(
    ownerUrl,
    `SELECT to_regclass('lad_dev.change_log') AS made, count(*)::int AS columns
    FROM information_schema.columns WHERE table_schema = 'lad_dev' AND table_name = 'voice_agent_livekit'`,
  );
  expect(row).toEqual({ made: null, columns: 7 });
});

test.each(['Lad_Dev', 'lad-dev', 'lad"; DROP SCHEMA public; --', 'pg_catalog', '', '1st'])(
  'a schema name that is no plain identifier is refused: %p',
  async (schema) => {
    await expect(migrate({ ownerUrl: 'postgres://owner@127.0.0.1:1/none', schema })).rejects.toThrow(
      'DB_SCHEMA must be a plain identifier',
    );
  },
);
