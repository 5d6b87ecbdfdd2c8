import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadRoutingView, openDatabase, readSnapshotVersion } from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import type { RouteRequest } from '@dialplane/routing';

import { runSql } from './fixtures.ts';

const TENANT = randomUUID();
const ANOTHER = randomUUID();
const USER = randomUUID();
const CONFIG = randomUUID();
const THEIR_CONFIG = randomUUID();
const AGENT = randomUUID();

let database: TestDatabase;
let router: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  router = await openDatabase({ url: database.urls.router, schema: database.schema });
  await runSql(
    database.ownerUrl,
    `
    SET search_path = dialplane;
    INSERT INTO users (id, tenant_id) VALUES ('${USER}', '${TENANT}');
    INSERT INTO voice_agents (id, tenant_id) VALUES ('${AGENT}', '${ANOTHER}');
    INSERT INTO voice_agent_livekit (id, tenant_id, name, url, trunk_id, worker_name) VALUES
      ('${CONFIG}', NULL, 'operator', 'ws://livekit.example.com:7880', 'ST_1', 'agent'), ('${THEIR_CONFIG}', '${ANOTHER}', 'theirs', 'wss://livekit.example.com', 'ST_2', 'agent');`,
  );
  const add = (tenant: string, base: string, country: string, rules: string | null) =>
    runSql(
      database.ownerUrl,
      'INSERT INTO dialplane.voice_agent_numbers (tenant_id, base_number, country_code, rules) VALUES ($1, $2, $3, $4)',
      [tenant, base, country, rules],
    );
  await add(TENANT, '2125550100', '+1', JSON.stringify({ livekit_config: CONFIG.toUpperCase() }));
  await add(ANOTHER, '2125550100', '+1', JSON.stringify({ livekit_config: THEIR_CONFIG }));
  await add(TENANT, '2125550101', '1', JSON.stringify({ livekit_config: THEIR_CONFIG }));
  await add(TENANT, '2125550102', '1', '["an array"]');
  await add(TENANT, '2125550103', '1', '"text"');
  await add(TENANT, '2125550104', '1', '{"livekit_config": "no uuid"}');
  await add(TENANT, '2125550105', '1', null);
  await add(TENANT, '2125550106', '1', JSON.stringify({ livekit_config: randomUUID() }));
});
afterAll(async () => {
  await router.close();
  await database.drop();
});

const view = (change: Partial<RouteRequest>) =>
  loadRoutingView(
    router,
    {
      initiatedBy: USER,
      tenantId: undefined,
      fromNumber: '+12125550100',
      toNumber: '+12125550109',
      agentId: '',
      ...change,
    },
    undefined,
  );

test("a user's number and its config are found in the user's tenant, never in another's", async () => {
  const found = await view({ agentId: AGENT });
  expect(found).toMatchObject({
    userTenantId: TENANT,
    tenant: undefined,
    agentTenantId: ANOTHER,
    environmentFallback: undefined,
    numbers: [{ tenantId: TENANT, baseNumber: '2125550100', countryCode: '+1', isActive: true }],
    configs: [
      {
        id: CONFIG,
        tenantId: null,
        url: 'ws://livekit.example.com:7880',
        sipTrunkId: 'ST_1',
        agentName: 'agent',
        dialMode: 'legacy',
        isActive: true,
      },
    ],
  });
  expect(found.numbers).toHaveLength(1);
  expect(JSON.stringify(found)).not.toMatch(/api_?(key|secret)/i);
  expect(found.snapshotVersion).toBe(await readSnapshotVersion(router));
});

test('a config that the rules name is in the view whoever owns it, for the decision to reject', async () => {
  expect((await view({ fromNumber: '+12125550101' })).configs).toMatchObject([{ id: THEIR_CONFIG, tenantId: ANOTHER }]);
  expect((await view({ fromNumber: '+12125550106' })).configs).toEqual([]);
});

test.each([
  ['+12125550102', ['an array']],
  ['+12125550103', 'text'],
  ['+12125550104', { livekit_config: 'no uuid' }],
  ['+12125550105', null],
])('rules of %s come through as the JSON they are', async (fromNumber, rules) => {
  expect(await view({ fromNumber })).toMatchObject({ numbers: [{ rules }], configs: [] });
});

test('whom nobody knows has nothing, and any text may be an agent id', async () => {
  expect(await view({ initiatedBy: randomUUID() })).toMatchObject({
    userTenantId: undefined,
    numbers: [],
    configs: [],
  });
  expect(await view({ agentId: "x'; DROP TABLE users; --" })).toMatchObject({ agentTenantId: undefined });
  expect(await view({ initiatedBy: undefined, tenantId: ANOTHER })).toMatchObject({
    userTenantId: undefined,
    numbers: [{ tenantId: ANOTHER }],
  });
});

test("the tenant's own row is found when it has one", async () => {
  await runSql(database.ownerUrl, "INSERT INTO dialplane.tenants (id, name, is_active) VALUES ($1, 'Example', false)", [
    TENANT,
  ]);
  expect(await view({})).toMatchObject({ tenant: { id: TENANT, isActive: false } });
});

test('every look-up of a large table goes by an index', async () => {
  await runSql(
    database.ownerUrl,
    `
    SET search_path = dialplane;
    INSERT INTO users (tenant_id) SELECT gen_random_uuid() FROM generate_series(1, 5000);
    INSERT INTO voice_agents (tenant_id) SELECT gen_random_uuid() FROM generate_series(1, 5000);
    INSERT INTO voice_agent_livekit (tenant_id) SELECT gen_random_uuid() FROM generate_series(1, 5000);
    INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code) SELECT gen_random_uuid(), n::text, '1' FROM generate_series(1, 5000) n;
    ANALYZE`,
  );
  const planOf = async (sql: string) => JSON.stringify(await runSql(database.urls.router, `EXPLAIN ${sql}`));
  for (const sql of [
    `SELECT min(tenant_id::text) FROM dialplane.users WHERE id = '${USER}' HAVING count(DISTINCT tenant_id) = 1`,
    `SELECT tenant_id FROM dialplane.voice_agents WHERE id::text = '${AGENT}' LIMIT 1`,
    `SELECT rules FROM dialplane.voice_agent_numbers WHERE tenant_id = '${TENANT}' AND base_number = ANY('{2125550100,12125550100}')`,
    `SELECT url FROM dialplane.voice_agent_livekit WHERE id = ANY('{${CONFIG}}')`,
  ]) {
    expect(await planOf(sql)).toMatch(/Index/);
    expect(await planOf(sql)).not.toMatch(/Seq Scan/);
  }
});
