import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase, UnsafeRoleError } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { runSql, withSession } from './fixtures.ts';

const OURS = randomUUID();
const THEIRS = randomUUID();
const TENANT_TABLES = [
  'users',
  'tenants',
  'voice_agents',
  'voice_agent_livekit',
  'voice_agent_numbers',
  'trunks',
  'do_not_call',
  'voice_call_logs',
  'call_attempts',
  'idempotency_keys',
  'voice_call_events',
  'livekit_webhooks',
];
/** The dispatcher's ways to calls of any tenant. */
const ACROSS_TENANTS = [
  "SELECT * FROM lad_dev.renew_calls('x', '{}', '{}', '{}', 1000)",
  "SELECT * FROM lad_dev.take_over_calls('x', 1000, 1)",
  "SELECT lad_dev.release_calls('x', '{}', '{}', '{}')",
  "SELECT * FROM lad_dev.call_events_after('{}', '{}')",
  "SELECT lad_dev.store_livekit_webhook('{}', '{}')",
  "SELECT * FROM lad_dev.webhook_keys('APIexample')",
];
/** What each role has no grant to look at at all. */
const CLOSED: Record<string, string[]> = {
  dispatcher: ['users', 'tenants', 'voice_agents', 'voice_agent_numbers'],
  admin: ['idempotency_keys', 'livekit_webhooks'],
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'lad_dev' });
  await fill(database);
});
afterAll(() => database.drop());

/** A row of each kind for both tenants, and an operator's config and trunk. */
async function fill({ ownerUrl, schema }: TestDatabase): Promise<void> {
  for (const tenant of [OURS, THEIRS]) {
    await runSql(
      ownerUrl,
      `
      SET search_path = ${schema};
      INSERT INTO users (id, tenant_id) VALUES (gen_random_uuid(), '${tenant}');
      INSERT INTO tenants (id, name) VALUES ('${tenant}', 'Example');
      INSERT INTO voice_agents (tenant_id, name) VALUES ('${tenant}', 'Agent');
      INSERT INTO voice_agent_livekit (tenant_id, name, api_key) VALUES ('${tenant}', 'config', 'APIexample');
      INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code) VALUES ('${tenant}', '2125550100', '1');
      INSERT INTO trunks (deployment_origin, sip_trunk_id, tenant_id) VALUES ('https://livekit.example.com', 'ST_${tenant}', '${tenant}');
      INSERT INTO do_not_call (tenant_id, number) VALUES ('${tenant}', '+12125550199');
      INSERT INTO voice_call_logs (tenant_id) VALUES ('${tenant}');
      INSERT INTO call_attempts (tenant_id, call_id, number, state, target, room) VALUES ('${tenant}', '${tenant}', 1, 'planned', '{}', '${tenant}');
      INSERT INTO idempotency_keys (tenant_id, key, request_hash, call_id) VALUES ('${tenant}', 'key', '', '${tenant}');
      INSERT INTO voice_call_events (tenant_id, call_id, number, attempt, kind, evidence) VALUES ('${tenant}', '${tenant}', 1, 0, 'accepted', 'Dispatch');
      INSERT INTO livekit_webhooks (origin, event_id, tenant_id, event, body) VALUES ('https://livekit.example.com', '${tenant}', '${tenant}', 'room_started', '{}');`,
    );
  }
  await runSql(
    ownerUrl,
    `
    SET search_path = ${schema};
    INSERT INTO voice_agent_livekit (tenant_id, name) VALUES (NULL, 'operator');
    INSERT INTO trunks (deployment_origin, sip_trunk_id) VALUES ('https://livekit.example.com', 'ST_operator');
    INSERT INTO do_not_call (tenant_id, number) VALUES (NULL, '+12125550198');
    INSERT INTO livekit_webhooks (origin, event_id, event, body) VALUES ('https://livekit.example.com', 'EV_1', 'room_started', '{}')`,
  );
}

/** The tenants whose rows of the table the role sees, with ours set. */
async function tenantsSeen(url: string, table: string, tenant?: string): Promise<(string | null)[]> {
  const column = table === 'tenants' ? 'id' : 'tenant_id';
  const rows = await runSql<{ tenant: string | null }>(
    url,
    `SELECT DISTINCT ${column}::text AS tenant FROM ${database.schema}.${table}`,
    [],
    tenant,
  );
  return rows.map((row) => row.tenant).sort((a, b) => String(a).localeCompare(String(b)));
}

test.each(['dispatcher', 'admin'] as const)(
  "the %s sees its tenant's rows and an operator's, and nobody else's",
  async (role) => {
    for (const table of TENANT_TABLES.filter((table) => !CLOSED[role]?.includes(table))) {
      const shared = ['voice_agent_livekit', 'trunks', 'do_not_call'].includes(table);
      const seen = await tenantsSeen(database.urls[role], table, OURS);
      expect({ table, seen: new Set(seen) }).toEqual({ table, seen: new Set(shared ? [OURS, null] : [OURS]) });
    }
  },
);

test.each(['dispatcher', 'admin'] as const)('the %s without a tenant sees no row of a tenant', async (role) => {
  for (const table of TENANT_TABLES.filter((table) => !CLOSED[role]?.includes(table))) {
    for (const tenant of [undefined, '']) {
      const seen = await tenantsSeen(database.urls[role], table, tenant);
      expect({ table, seen: seen.filter((id) => id !== null) }).toEqual({ table, seen: [] });
    }
  }
});

test.each(['dispatcher', 'admin'] as const)('the %s has no grant on what it has no business with', async (role) => {
  for (const table of CLOSED[role] ?? []) {
    await expect(tenantsSeen(database.urls[role], table, OURS)).rejects.toThrow('permission denied');
  }
});

test('sabotaged: without row level security, or with a policy that lets everybody through, the same look sees both tenants', async () => {
  const unprotected = await createTestDatabase({ schema: database.schema });
  try {
    await fill(unprotected);
    const seen = (table: string) =>
      runSql(unprotected.urls.dispatcher, `SELECT DISTINCT tenant_id FROM ${database.schema}.${table}`, [], OURS);
    expect(await seen('voice_call_logs')).toHaveLength(1);
    await runSql(
      unprotected.ownerUrl,
      `
      SET search_path = ${database.schema};
      ALTER TABLE voice_call_logs DISABLE ROW LEVEL SECURITY;
      DROP POLICY dialplane_wall ON call_attempts;
      ALTER POLICY dialplane_read ON call_attempts USING (true)`,
    );
    expect(await seen('voice_call_logs')).toHaveLength(2);
    expect(await seen('call_attempts')).toHaveLength(2);
  } finally {
    await unprotected.drop();
  }
});

test("a policy for everybody, made by somebody else, does not open other tenants' rows", async () => {
  await runSql(database.ownerUrl, `CREATE POLICY everybody ON ${database.schema}.voice_call_logs USING (true)`);
  expect(await tenantsSeen(database.urls.dispatcher, 'voice_call_logs', OURS)).toEqual([OURS]);
});

test('a role that is a member of the dispatcher is walled in like it', async () => {
  const role = `login_${randomUUID().slice(0, 8)}`;
  await runSql(database.superuserUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'example' IN ROLE dialplane_dispatcher`);
  const url = Object.assign(new URL(database.superuserUrl), { username: role, password: 'example' }).href;
  try {
    expect(await tenantsSeen(url, 'call_attempts', OURS)).toEqual([OURS]);
  } finally {
    await runSql(database.superuserUrl, `DROP ROLE ${role}`);
  }
});

test("nobody writes a row of another tenant, and with a tenant set nobody writes an operator's", async () => {
  const insertNumber = `INSERT INTO lad_dev.voice_agent_numbers (tenant_id, base_number, country_code) VALUES ('${THEIRS}', '1', '1')`;
  await expect(runSql(database.urls.admin, insertNumber, [], OURS)).rejects.toThrow('row-level security');
  const insertCall = `INSERT INTO lad_dev.voice_call_logs (tenant_id) VALUES ('${THEIRS}')`;
  await expect(runSql(database.urls.dispatcher, insertCall, [], OURS)).rejects.toThrow('row-level security');
  const updateConfigs =
    "UPDATE lad_dev.voice_agent_livekit SET url = 'http://livekit.example.com' RETURNING tenant_id::text AS tenant";
  expect(await runSql(database.urls.admin, updateConfigs, [], OURS)).toEqual([{ tenant: OURS }]);
  expect(await runSql(database.urls.admin, updateConfigs, [], '')).toEqual([{ tenant: null }]);
});

test('the router reads the routing columns of every tenant', async () => {
  for (const table of ['users', 'tenants', 'voice_agents', 'voice_agent_numbers']) {
    expect(new Set(await tenantsSeen(database.urls.router, table))).toEqual(new Set([OURS, THEIRS]));
  }
  for (const table of ['voice_agent_livekit', 'trunks', 'do_not_call']) {
    expect(new Set(await tenantsSeen(database.urls.router, table))).toEqual(new Set([OURS, THEIRS, null]));
  }
});

test("nobody changes another tenant's do-not-call list, nor, with a tenant set, everybody's", async () => {
  const insert = (tenant: string): string =>
    `INSERT INTO lad_dev.do_not_call (tenant_id, number) VALUES (${tenant}, '+12125550196')`;
  for (const role of ['dispatcher', 'admin'] as const) {
    for (const tenant of [`'${THEIRS}'`, 'NULL']) {
      await expect(runSql(database.urls[role], insert(tenant), [], OURS)).rejects.toThrow('row-level security');
    }
    await expect(runSql(database.urls[role], insert(`'${OURS}'`), [], '')).rejects.toThrow('row-level security');
  }
  const removed = 'DELETE FROM lad_dev.do_not_call RETURNING tenant_id::text AS tenant';
  await runSql(database.urls.dispatcher, insert(`'${OURS}'`), [], OURS);
  expect(await runSql(database.urls.admin, `${removed}, number`, [], OURS)).toHaveLength(2);
  expect(await runSql(database.urls.admin, removed, [], '')).toEqual([{ tenant: null }]);
  expect(await runSql(database.ownerUrl, 'SELECT tenant_id FROM lad_dev.do_not_call')).toEqual([{ tenant_id: THEIRS }]);
});

test.each([
  'SELECT api_key FROM lad_dev.voice_agent_livekit',
  'SELECT api_secret_sealed FROM lad_dev.voice_agent_livekit',
  'SELECT * FROM lad_dev.voice_agent_livekit',
  'SELECT id FROM lad_dev.voice_call_logs',
  'SELECT key FROM lad_dev.idempotency_keys',
  'SELECT kind FROM lad_dev.voice_call_events',
  'SELECT body FROM lad_dev.livekit_webhooks',
  "UPDATE lad_dev.voice_agent_numbers SET provider = 'x'",
  'SELECT note FROM lad_dev.do_not_call',
  "INSERT INTO lad_dev.do_not_call VALUES (NULL, '+12125550197')",
  'SELECT * FROM lad_dev.change_log',
  'UPDATE lad_dev.change_epoch SET pruned_version = 0',
  "SELECT lad_dev.tenant_of_user('00000000-0000-4000-8000-000000000000')",
  `SELECT * FROM lad_dev.trunk_standing('${OURS}', 'https://livekit.example.com', 'ST_1')`,
  ...ACROSS_TENANTS,
])('the router is refused: %s', async (sql) => {
  await expect(runSql(database.urls.router, sql)).rejects.toThrow('permission denied');
});

test.each([
  "UPDATE lad_dev.voice_agent_livekit SET url = 'x'",
  'INSERT INTO lad_dev.users (tenant_id) VALUES (gen_random_uuid())',
  "UPDATE lad_dev.voice_call_logs SET to_number = '+12125550199'",
  'DELETE FROM lad_dev.voice_call_logs',
  'TRUNCATE lad_dev.call_attempts',
  "UPDATE lad_dev.call_attempts SET room = 'x'",
  "UPDATE lad_dev.call_attempts SET dial_mode = 'legacy'",
  "UPDATE lad_dev.voice_call_events SET kind = 'ended'",
  'DELETE FROM lad_dev.voice_call_events',
  'TRUNCATE lad_dev.voice_call_events',
  'SELECT * FROM lad_dev.list_tenants()',
  'SELECT * FROM lad_dev.changes_since(0)',
  'SELECT lad_dev.pruned_version()',
  "SELECT lad_dev.prune_changes('7 days')",
  'DELETE FROM lad_dev.do_not_call',
  "UPDATE lad_dev.do_not_call SET note = 'x'",
  'INSERT INTO lad_dev.change_stamps VALUES (pg_current_xact_id())',
  'CREATE TABLE lad_dev.mine ()',
])('the dispatcher is refused: %s', async (sql) => {
  await expect(runSql(database.urls.dispatcher, sql, [], OURS)).rejects.toThrow('permission denied');
});

test.each(ACROSS_TENANTS)('the admin is refused: %s', async (sql) => {
  await expect(runSql(database.urls.admin, sql, [], OURS)).rejects.toThrow('permission denied');
});

test("a caller's own search_path does not lead the functions of leases astray", async () => {
  const rows = await withSession(database.urls.dispatcher, async (client) => {
    await client.query(`CREATE TEMP TABLE voice_call_logs (id uuid); SET search_path = pg_temp, lad_dev`);
    return (await client.query<object>(`SELECT * FROM take_over_calls('x', 1000, 10)`)).rows;
  });
  expect(rows).toEqual([]);
});

test.each([
  [`ST_${OURS}`, 'own', true],
  ['ST_operator', 'operator', true],
  ['ST_off', 'own', false],
  [`ST_${THEIRS}`, 'foreign', false],
  ['ST_nowhere', 'none', false],
])('the dispatcher is told of trunk %s that it is %s, active %s, and no more', async (trunk, owner, active) => {
  const own = `('https://livekit.example.com', 'ST_off', '${OURS}', false) ON CONFLICT DO NOTHING`;
  const columns = 'deployment_origin, sip_trunk_id, tenant_id, is_active';
  await runSql(database.ownerUrl, `INSERT INTO lad_dev.trunks (${columns}) VALUES ${own}`);
  const sql = `SELECT * FROM lad_dev.trunk_standing($1, 'https://livekit.example.com', $2)`;
  expect(await runSql(database.urls.dispatcher, sql, [OURS, trunk])).toEqual([{ owner, active }]);
});

test('a trunk of a table that is closed to its owner, too, is an error and not one that is free', async () => {
  const sql = `SELECT * FROM lad_dev.trunk_standing($1, 'https://livekit.example.com', $2)`;
  await runSql(database.ownerUrl, 'ALTER TABLE lad_dev.trunks FORCE ROW LEVEL SECURITY');
  try {
    const asked = runSql(database.urls.dispatcher, sql, [OURS, `ST_${THEIRS}`]);
    await expect(asked).rejects.toThrow('row-level security');
  } finally {
    await runSql(database.ownerUrl, 'ALTER TABLE lad_dev.trunks NO FORCE ROW LEVEL SECURITY');
  }
});

test("an app's own search_path does not lead the functions that look across tenants astray", async () => {
  const [row] = await runSql<{ tenant: string | null }>(
    database.urls.dispatcher,
    `
    SELECT lad_dev.tenant_of_user((SELECT '${randomUUID()}')) AS tenant
    FROM set_config('search_path', 'pg_temp', false)`,
  );
  expect(row).toEqual({ tenant: null });
});

test.each(['owner', 'superuser', 'bypassrls', 'member of the owner'] as const)(
  'a process does not start as %s',
  async (kind) => {
    const role = `unsafe_${randomUUID().slice(0, 8)}`;
    const url = Object.assign(new URL(database.superuserUrl), { username: role, password: 'example' }).href;
    if (kind === 'bypassrls')
      await runSql(database.superuserUrl, `CREATE ROLE ${role} LOGIN BYPASSRLS PASSWORD 'example'`);
    if (kind === 'member of the owner')
      await runSql(database.superuserUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'example' IN ROLE dialplane_owner`);
    const urls = {
      owner: database.ownerUrl,
      superuser: database.superuserUrl,
      bypassrls: url,
      'member of the owner': url,
    };
    try {
      await expect(openDatabase({ url: urls[kind], schema: database.schema })).rejects.toThrow(UnsafeRoleError);
    } finally {
      await runSql(database.superuserUrl, `DROP ROLE IF EXISTS ${role}`);
    }
  },
);
