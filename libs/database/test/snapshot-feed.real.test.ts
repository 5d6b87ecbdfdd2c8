import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseSnapshotVersion } from '@dialplane/routing';
import type { SnapshotVersion } from '@dialplane/routing';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aFeed, allRows, caughtUp, databaseVersion, eventually, readAnew } from './feed-case.ts';
import type { FeedCase } from './feed-case.ts';
import { runSql } from './fixtures.ts';

const [TENANT, ANOTHER] = [randomUUID(), randomUUID()];
const [USER, AGENT, CONFIG, NUMBER] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

/** A row of each kind, and one with everything that may be NULL. */
const FILL = `
  SET search_path = dialplane;
  INSERT INTO tenants (id, is_active, routing_defaults) VALUES ('${TENANT}', true, '{"region": "IN"}'), ('${ANOTHER}', false, NULL);
  INSERT INTO users (id, tenant_id) VALUES ('${USER}', '${TENANT}');
  INSERT INTO voice_agents (id, tenant_id) VALUES ('${AGENT}', '${ANOTHER}'), (gen_random_uuid(), NULL);
  INSERT INTO voice_agent_livekit (id, tenant_id, name, url, trunk_id, worker_name, dial_mode, api_key) VALUES
    ('${CONFIG}', NULL, 'operator', 'wss://livekit.example.com', 'ST_1', 'agent', 'dispatcher', 'APIsecret'),
    (gen_random_uuid(), '${TENANT}', NULL, NULL, NULL, NULL, 'legacy', NULL);
  INSERT INTO voice_agent_numbers (id, tenant_id, base_number, country_code, rules) VALUES
    ('${NUMBER}', '${TENANT}', '2125550100', '+1', '{"livekit_config": "${CONFIG}"}'),
    (gen_random_uuid(), '${TENANT}', '2125550101', '1', 'null'), (gen_random_uuid(), '${TENANT}', '2125550102', '1', NULL),
    (gen_random_uuid(), '${ANOTHER}', '', '', '["no object"]');
  INSERT INTO deployments (origin, region, limits, header_profiles) VALUES
    ('https://livekit.example.com', 'IN', '{"calls_per_second": 2}', '{"x": {"X-A": "b"}}'), ('http://bare.example.com', NULL, NULL, NULL);
  INSERT INTO trunks (deployment_origin, sip_trunk_id, tenant_id, carrier, cli_countries, limits) VALUES
    ('https://livekit.example.com', 'ST_1', '${TENANT}', 'carrier', '{IN,NULL,AE}', '{}'), ('https://livekit.example.com', 'ST_2', NULL, NULL, '{}', NULL),
    ('http://bare.example.com', 'ST_3', NULL, NULL, NULL, NULL);
  INSERT INTO do_not_call (tenant_id, number) VALUES ('${TENANT}', '+12125550199'), (NULL, '+12125550198')`;

let database: TestDatabase;
let cases: FeedCase[] = [];
const asOwner = (sql: string): Promise<object[]> => runSql(database.ownerUrl, `SET search_path = dialplane; ${sql}`);
const started = async (options: Parameters<typeof aFeed>[1] = {}): Promise<FeedCase> => {
  const started = await aFeed(database, options);
  cases.push(started);
  return started;
};

beforeEach(async () => {
  database = await createTestDatabase();
  await asOwner(FILL);
});
afterEach(async () => {
  for (const { stop } of cases) await stop();
  cases = [];
  await database.drop();
});

test('the first load has every row, and no secret', async () => {
  const { feed, events } = await started();
  const snapshot = feed.current();
  expect(feed.startedFrom).toBe('database');
  expect(snapshot.snapshotVersion).toBe(await databaseVersion(database));
  expect(snapshot.tenantIdOfUser(USER)).toBe(TENANT);
  expect(snapshot.tenantIdOfAgent(AGENT)).toBe(ANOTHER);
  expect(snapshot.tenant(ANOTHER)).toMatchObject({ isActive: false, hasRow: true });
  expect(snapshot.config(CONFIG)).toMatchObject({ tenantId: null, sipTrunkId: 'ST_1', dialMode: 'dispatcher' });
  expect(snapshot.numbersMeant(TENANT, '+12125550100')).toMatchObject([{ id: NUMBER, rules: { kind: 'ok' } }]);
  expect(snapshot.numbersMeant(TENANT, '+12125550101')).toMatchObject([{ rules: { kind: 'ok' } }]);
  expect(snapshot.trunk('https://livekit.example.com', 'ST_1')).toMatchObject({ cliCountries: ['IN', 'AE'] });
  expect(snapshot.trunk('https://livekit.example.com', 'ST_2')).toMatchObject({ cliCountries: [] });
  expect(snapshot.trunk('http://bare.example.com', 'ST_3')).toMatchObject({ cliCountries: undefined });
  expect(snapshot.doNotCall(TENANT, '+12125550199')).toBe('tenant');
  expect(snapshot.doNotCall(ANOTHER, '+12125550198')).toBe('everybody');
  expect(snapshot.counts).toEqual({
    users: 1,
    voice_agents: 2,
    tenants: 2,
    voice_agent_numbers: 4,
    voice_agent_livekit: 2,
    deployments: 2,
    trunks: 3,
    do_not_call: 2,
  });
  expect(JSON.stringify(allRows(snapshot))).not.toContain('APIsecret');
  expect(events).toMatchObject([{ kind: 'loaded', from: 'database', why: 'first start', rows: 18 }]);
});

test.each([
  `UPDATE voice_agent_numbers SET rules = jsonb_build_object('livekit_config', '${CONFIG}', 'x', repeat('y', 70000)), is_active = false`,
  `UPDATE voice_agent_numbers SET id = gen_random_uuid(), base_number = base_number || '9'`,
  `DELETE FROM voice_agent_numbers WHERE id = '${NUMBER}'`,
  `UPDATE users SET tenant_id = '${ANOTHER}'; INSERT INTO users (tenant_id) VALUES ('${TENANT}')`,
  `UPDATE voice_agents SET tenant_id = NULL; DELETE FROM voice_agents WHERE id = '${AGENT}'`,
  `UPDATE tenants SET is_active = NOT is_active, routing_defaults = '{}'`,
  `UPDATE voice_agent_livekit SET url = 'x', tenant_id = '${ANOTHER}', is_active = false`,
  `DELETE FROM deployments WHERE region IS NULL; UPDATE deployments SET origin = 'http://other.example.com', is_active = false`,
  `UPDATE trunks SET sip_trunk_id = sip_trunk_id || 'x', cli_countries = '{GB}'; DELETE FROM trunks WHERE carrier IS NULL`,
  `DELETE FROM do_not_call WHERE tenant_id IS NULL; UPDATE do_not_call SET tenant_id = NULL; INSERT INTO do_not_call VALUES ('${TENANT}', '+12125550199')`,
  ...['users', 'voice_agents', 'tenants', 'voice_agent_numbers', 'voice_agent_livekit', 'trunks', 'do_not_call'].map(
    (table) => `TRUNCATE ${table}`,
  ),
  `INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code) SELECT '${TENANT}', n::text, '1' FROM generate_series(2000000, 2025000) n`,
])('a change is seen as a full read sees it: %s', async (sql) => {
  const { feed, eventsOf } = await started({ pollMs: Infinity });
  const before = allRows(feed.current());
  const old = feed.current();
  await asOwner(sql);
  await caughtUp(database, cases[0] as FeedCase);
  expect(allRows(feed.current())).toEqual(await readAnew(database));
  expect(allRows(feed.current())).not.toEqual(before);
  expect(allRows(old)).toEqual(before);
  expect(eventsOf('loaded').length + eventsOf('applied').length).toBe(2);
});

test('changes of many rows, and again of the same ones, are read as a whole and row by row alike', async () => {
  await asOwner(
    `INSERT INTO voice_agent_numbers (tenant_id, base_number, country_code) SELECT '${TENANT}', n::text, '1' FROM generate_series(2000000, 2040000) n`,
  );
  const { feed, events } = await started({ pollMs: Infinity });
  for (const sql of [
    `UPDATE voice_agent_numbers SET country_code = '91' WHERE base_number < '2010000'`,
    `UPDATE voice_agent_numbers SET country_code = '44'`,
    `UPDATE voice_agent_numbers SET country_code = '1' WHERE base_number > '2035000'`,
  ]) {
    await asOwner(sql);
    await caughtUp(database, cases[0] as FeedCase);
    expect(allRows(feed.current())).toEqual(await readAnew(database));
  }
  expect(events.map((event) => ('why' in event ? event.why : event.kind))).toEqual([
    'first start',
    'applied',
    'most rows changed',
    'applied',
  ]);
});

test('sabotaged: a feed that neither listens nor polls sees nothing', async () => {
  const { feed } = await started({ pollMs: Infinity, listens: false });
  const before = feed.current();
  await asOwner(`UPDATE tenants SET is_active = false`);
  await expect(caughtUp(database, cases[0] as FeedCase, 1_000)).rejects.toThrow('Not within');
  expect(feed.current()).toBe(before);
});

test('without notifications the poll finds the change', async () => {
  const { feed } = await started({ pollMs: 100, listens: false });
  await asOwner(`UPDATE tenants SET is_active = false`);
  await caughtUp(database, cases[0] as FeedCase);
  expect(feed.current().tenant(TENANT)).toMatchObject({ isActive: false });
});

test('the poll confirms the age, and without it the age grows', async () => {
  const [polling, silent] = [await started({ pollMs: 20 }), await started({ pollMs: Infinity })];
  await eventually(() => silent.feed.ageMs() > 500);
  expect(polling.feed.ageMs()).toBeLessThan(silent.feed.ageMs());
  await eventually(() => polling.feed.ageMs() < 200);
});

test("another schema's notifications, and malformed ones, change nothing", async () => {
  const { feed, events } = await started({ pollMs: Infinity });
  const before = feed.current();
  await asOwner(
    `NOTIFY dialplane_changes, 'other_schema 999'; NOTIFY dialplane_changes, ''; NOTIFY dialplane_changes, 'dialplane x'`,
  );
  await asOwner(`NOTIFY dialplane_changes, 'dialplane 999'`); // A lie, too: asked for, nothing is there.
  await eventually(() => feed.ageMs() < 100);
  expect(feed.current()).toBe(before);
  expect(events).toHaveLength(1);
});

test('two databases do not hear each other', async () => {
  const other = await createTestDatabase();
  try {
    const { feed } = await started({ pollMs: Infinity });
    const before = feed.current();
    const otherCase = await aFeed(other, { pollMs: Infinity });
    await runSql(other.ownerUrl, `INSERT INTO dialplane.users (tenant_id) VALUES ('${TENANT}')`);
    await caughtUp(other, otherCase);
    await otherCase.stop();
    expect(otherCase.feed.current().counts.users).toBe(1);
    expect(feed.current()).toBe(before);
  } finally {
    await other.drop();
  }
});

test('another epoch has everything read anew, and a forgotten log, too', async () => {
  const { feed, eventsOf } = await started({ pollMs: 50 });
  await asOwner(`UPDATE change_epoch SET id = gen_random_uuid()`);
  await caughtUp(database, cases[0] as FeedCase);
  expect(eventsOf('loaded').map(({ why }) => why)).toEqual(['first start', 'another epoch']);
  await asOwner(
    `BEGIN; UPDATE tenants SET is_active = true; DELETE FROM change_log; UPDATE change_epoch SET pruned_version = 1000000; COMMIT`,
  );
  await eventually(() => feed.current().tenant(ANOTHER)?.isActive === true);
  expect(eventsOf('loaded').at(-1)?.why).toBe('the changes since are forgotten');
});

test('a database that has gone back is heard of by its notification, not by the next poll', async () => {
  await asOwner(`UPDATE tenants SET is_active = NOT is_active`);
  const { feed, eventsOf } = await started({ pollMs: Infinity });
  await asOwner(
    `BEGIN; DELETE FROM change_versions; DELETE FROM change_log; SELECT setval('change_version', 1, false);
    UPDATE tenants SET is_active = true; COMMIT`,
  );
  await caughtUp(database, cases[0] as FeedCase);
  expect(feed.current().tenant(ANOTHER)?.isActive).toBe(true);
  expect(eventsOf('loaded').at(-1)?.why).toBe('the database has gone back');
});

test('a version that was lost and given out again is not taken for the one that was read', async () => {
  await asOwner(`UPDATE tenants SET is_active = false`);
  const { feed, eventsOf } = await started({ pollMs: 50 });
  const read = feed.current().snapshotVersion;
  // As after a crash with synchronous_commit = off: the same version of another transaction.
  await asOwner(
    `BEGIN; ALTER TABLE tenants DISABLE TRIGGER USER; UPDATE tenants SET is_active = true; ALTER TABLE tenants ENABLE TRIGGER USER;
    CREATE TEMP TABLE newest AS SELECT max(version) AS version FROM change_versions;
    DELETE FROM change_versions USING newest WHERE change_versions.version = newest.version;
    INSERT INTO change_versions SELECT version, '1' FROM newest; COMMIT`,
  );
  await eventually(() => feed.current().tenant(ANOTHER)?.isActive === true);
  expect(feed.current().snapshotVersion).toBe(read);
  expect(eventsOf('loaded').at(-1)?.why).toBe('the database has gone back');
  expect(eventsOf('loaded')).toHaveLength(2); // Once.
});

test('sabotaged: without the mark of what was forgotten the change would be missed', async () => {
  const { feed } = await started({ pollMs: 50 });
  await asOwner(`BEGIN; UPDATE tenants SET is_active = true; DELETE FROM change_log; COMMIT`);
  await caughtUp(database, cases[0] as FeedCase);
  expect(feed.current().tenant(ANOTHER)?.isActive).toBe(false);
});

test('changes that no trigger told of are found by the digest, and read', async () => {
  const { feed, eventsOf } = await started({ digestEveryMs: 100 });
  await eventually(() => eventsOf('digest_matched').length > 0);
  await runSql(
    database.superuserUrl,
    `SET session_replication_role = replica; UPDATE dialplane.tenants SET is_active = true; DELETE FROM dialplane.do_not_call WHERE tenant_id IS NULL`,
  );
  await eventually(() => eventsOf('digest_mismatch').length > 0);
  expect(eventsOf('digest_mismatch')[0]?.tables).toEqual(['tenants', 'do_not_call']);
  await eventually(() => feed.current().tenant(ANOTHER)?.isActive === true);
  const matched = eventsOf('digest_matched').length;
  await eventually(() => eventsOf('digest_matched').length > matched);
  expect(eventsOf('digest_mismatch')).toHaveLength(1);
  expect(eventsOf('upkeep_failed')).toEqual([]);
});

test('sabotaged: without the digest they are not', async () => {
  const { feed } = await started({ digestEveryMs: Infinity, pollMs: 50 });
  await runSql(
    database.superuserUrl,
    `SET session_replication_role = replica; UPDATE dialplane.tenants SET is_active = true`,
  );
  await eventually(() => feed.ageMs() < 40);
  await expect(eventually(() => feed.current().tenant(ANOTHER)?.isActive === true, 1_000)).rejects.toThrow(
    'Not within',
  );
});

test('old changes are forgotten, and a feed that has seen them goes on', async () => {
  const { feed, eventsOf } = await started({ pruneEveryMs: 100 });
  await asOwner(
    `UPDATE change_versions SET created_at = now() - interval '8 days'; UPDATE tenants SET is_active = true`,
  );
  await eventually(() => eventsOf('pruned').some(({ version }) => version > 0));
  await caughtUp(database, cases[0] as FeedCase);
  expect(feed.current().tenant(ANOTHER)?.isActive).toBe(true);
  expect(eventsOf('loaded')).toHaveLength(1);
});

const versionOf = (text: string): SnapshotVersion => parseSnapshotVersion(text) as SnapshotVersion;

test('what was asked for is waited for, and never older than asked', async () => {
  const { feed } = await started({ pollMs: Infinity, listens: false });
  const now = versionOf(feed.current().snapshotVersion);
  const soon = AbortSignal.timeout(30_000);
  expect(await feed.reached(now, soon)).toBe('reached');
  for (let n = 0; n < 20; n++) {
    await asOwner(`UPDATE tenants SET is_active = NOT is_active WHERE id = '${TENANT}'`);
    const made = versionOf(await databaseVersion(database));
    expect(await feed.reached(made, soon)).toBe('reached');
    expect(versionOf(feed.current().snapshotVersion).version).toBeGreaterThanOrEqual(made.version);
    expect(feed.current().tenant(TENANT)?.isActive).toBe(n % 2 === 1);
  }
});

test('a version that does not come is given up, and one of another epoch is told', async () => {
  const { feed } = await started({ pollMs: 50 });
  const { epoch, version } = versionOf(feed.current().snapshotVersion);
  expect(await feed.reached({ epoch, version: version + 1 }, AbortSignal.timeout(300))).toBe('gave_up');
  expect(await feed.reached({ epoch, version: version + 1 }, AbortSignal.abort())).toBe('gave_up');
  expect(await feed.reached({ epoch: 'other', version: 0 }, AbortSignal.timeout(20_000))).toBe('other_epoch');
  // We are the one who is behind: the epoch that is asked for is the database's own by now.
  await asOwner(`UPDATE change_epoch SET id = gen_random_uuid()`);
  const next = versionOf(await databaseVersion(database));
  expect(await feed.reached(next, AbortSignal.timeout(20_000))).toBe('reached');
  const waiting = feed.reached({ ...next, version: next.version + 1 }, AbortSignal.timeout(20_000));
  await feed.stop();
  expect(await waiting).toBe('gave_up');
});
