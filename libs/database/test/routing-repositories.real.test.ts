import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createCallHistory,
  createDeploymentRepository,
  createDoNotCallRepository,
  createNumberRepository,
  createTenantRepository,
  createTrunkRepository,
  createUserRepository,
  openDatabase,
} from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { runSql } from './fixtures.ts';

let database: TestDatabase;
let admin: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = await openDatabase({ url: database.urls.admin, schema: database.schema, role: 'admin' });
});
afterAll(async () => {
  await admin.close();
  await database.drop();
});

const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  runSql<Row>(database.superuserUrl, text.replaceAll('$schema', database.schema), values);
const nothingSaid = async () => {};

describe("a number's rules", () => {
  const numbers = () => createNumberRepository(admin);
  const stored = async (id: string) =>
    (await sql<{ rules: unknown }>('SELECT rules FROM $schema.voice_agent_numbers WHERE id = $1', [id]))[0]?.rules;
  async function aNumber(rules: unknown): Promise<readonly [tenant: string, id: string]> {
    const tenant = randomUUID();
    const { row } = await numbers().add(tenant, { baseNumber: '2125550100', countryCode: '1', provider: null });
    await sql('UPDATE $schema.voice_agent_numbers SET rules = $2 WHERE id = $1', [row.id, JSON.stringify(rules)]);
    return [tenant, row.id];
  }

  test('are changed key by key; what is not named survives', async () => {
    const [tenant, id] = await aNumber({ theirs: { keep: [1, 2] }, region: 'US', strategy: 'weight' });
    const change = { set: { region: 'IN', limits: { calls_per_day: 5 } }, remove: ['strategy'], replacesOther: false };
    const outcome = await numbers().changeRules(tenant, id, change, nothingSaid);
    expect(outcome).toMatchObject({ kind: 'changed' });
    expect(await stored(id)).toEqual({ theirs: { keep: [1, 2] }, region: 'IN', limits: { calls_per_day: 5 } });
    expect(await numbers().changeRules(tenant, id, change, nothingSaid)).toMatchObject({ kind: 'unchanged' });
  });

  test('are seen before and after by whoever judges the change, who can stop it', async () => {
    const [tenant, id] = await aNumber({ region: 'US' });
    const seen: unknown[] = [];
    const change = { set: { region: 'IN' }, remove: [], replacesOther: false };
    const judged = numbers().changeRules(tenant, id, change, async ({ before, after }) => {
      seen.push(JSON.parse(before ?? 'null'), JSON.parse(after));
      throw new RangeError('no');
    });
    await expect(judged).rejects.toThrow(RangeError);
    expect(seen).toEqual([{ region: 'US' }, { region: 'IN' }]);
    expect(await stored(id)).toEqual({ region: 'US' });
  });

  test('of another tenant are not there', async () => {
    const [, id] = await aNumber({ region: 'US' });
    const change = { set: { region: 'IN' }, remove: [], replacesOther: false };
    expect(await numbers().changeRules(randomUUID(), id, change, nothingSaid)).toBeUndefined();
    expect(await stored(id)).toEqual({ region: 'US' });
  });

  test.each([
    ['an array', []],
    ['a string', 'x'],
    ['a number', 7],
  ])('that are %s are replaced only when that was asked for', async (_, rules) => {
    const [tenant, id] = await aNumber(rules);
    const change = { set: { region: 'IN' }, remove: [], replacesOther: false };
    expect(await numbers().changeRules(tenant, id, change, nothingSaid)).toEqual({ kind: 'not_an_object' });
    expect(await stored(id)).toEqual(rules);
    const replacing = { ...change, replacesOther: true };
    expect(await numbers().changeRules(tenant, id, replacing, nothingSaid)).toMatchObject({ kind: 'changed' });
    expect(await stored(id)).toEqual({ region: 'IN' });
  });

  test('that are JSON null or nothing are empty ones', async () => {
    const [tenant, id] = await aNumber(null);
    const change = { set: { region: 'IN' }, remove: [], replacesOther: false };
    expect(await numbers().changeRules(tenant, id, change, nothingSaid)).toMatchObject({ kind: 'changed' });
    await sql('UPDATE $schema.voice_agent_numbers SET rules = NULL WHERE id = $1', [id]);
    expect(await numbers().changeRules(tenant, id, change, nothingSaid)).toMatchObject({
      kind: 'changed',
      before: null,
    });
    expect(await stored(id)).toEqual({ region: 'IN' });
  });

  test('read, changed and written back as a whole would lose what somebody else wrote meanwhile', async () => {
    const [, id] = await aNumber({ theirs: 1 });
    const seen = (await stored(id)) as object;
    await sql(`UPDATE $schema.voice_agent_numbers SET rules = rules || '{"new": 2}' WHERE id = $1`, [id]);
    const whole = JSON.stringify({ ...seen, region: 'IN' });
    await sql('UPDATE $schema.voice_agent_numbers SET rules = $2 WHERE id = $1', [id, whole]);
    expect(await stored(id)).not.toHaveProperty('new');
  });

  test('changed by two at once keep both changes', async () => {
    const [tenant, id] = await aNumber({});
    const keys = Array.from({ length: 6 }, (_, index) => `key${index}`);
    await Promise.all(
      keys.map((key) =>
        numbers().changeRules(tenant, id, { set: { [key]: 1 }, remove: [], replacesOther: false }, nothingSaid),
      ),
    );
    expect(Object.keys((await stored(id)) as object).sort()).toEqual(keys);
  });
});

test("a tenant's defaults give it a row when it has none, unless nobody knows the tenant", async () => {
  const tenants = createTenantRepository(admin);
  const tenant = randomUUID();
  const change = { set: { region: 'IN' }, remove: [], replacesOther: false };
  expect(await tenants.changeRoutingDefaults(tenant, change, nothingSaid)).toBeUndefined();
  expect(await tenants.routingDefaults(tenant)).toBeUndefined();
  await createUserRepository(admin).add(tenant, randomUUID());
  expect(await tenants.routingDefaults(tenant)).toBeNull();
  expect(await tenants.changeRoutingDefaults(tenant, change, nothingSaid)).toMatchObject({ kind: 'changed' });
  expect(JSON.parse((await tenants.routingDefaults(tenant)) ?? '')).toEqual({ region: 'IN' });
  expect(await tenants.changeRoutingDefaults(tenant, change, nothingSaid)).toMatchObject({ kind: 'unchanged' });
  expect(await tenants.list()).toContainEqual({ id: tenant, name: '', isActive: true });
});

describe('trunks', () => {
  const trunks = () => createTrunkRepository(admin);
  const aKey = () => ({ deploymentOrigin: 'https://livekit.example.com', sipTrunkId: `ST_${randomUUID()}` });

  test('are registered once, changed where they are other, and every field can be taken away', async () => {
    const [tenant, key] = [randomUUID(), aKey()];
    const change = {
      carrier: 'Carrier One',
      cliCountries: ['IN', 'AE'],
      limits: { calls_per_second: 2 },
      headerProfiles: { plain: { 'X-Line': 'a"b' } },
      sipCodes: { '480': 'carrier_trouble' },
    };
    const added = await trunks().set(tenant, key, change);
    const nothing = { carrier: null, cliCountries: null, limits: null, headerProfiles: null, sipCodes: null };
    const bare = { ...key, tenantId: tenant, isActive: true, ...nothing };
    expect(added).toEqual({ kind: 'added', before: bare, row: { ...bare, ...change } });
    expect(await trunks().set(tenant, key, change)).toMatchObject({ kind: 'unchanged' });
    expect(await trunks().set(tenant, key, {})).toMatchObject({ kind: 'unchanged', row: change });
    expect(await trunks().set(tenant, key, { isActive: false })).toMatchObject({
      kind: 'changed',
      row: { ...change, isActive: false },
    });
    expect(await trunks().set(tenant, key, nothing)).toMatchObject({ kind: 'changed', row: nothing });
    expect(
      await sql('SELECT limits IS NULL AS none FROM $schema.trunks WHERE sip_trunk_id = $1', [key.sipTrunkId]),
    ).toEqual([{ none: true }]);
  });

  test('of another tenant are taken and not seen; of the operator, taken and seen', async () => {
    const [tenant, another, theirs, operators] = [randomUUID(), randomUUID(), aKey(), aKey()];
    await trunks().set(another, theirs, { carrier: 'Theirs' });
    await trunks().set(null, operators, { carrier: 'Shared' });
    expect(await trunks().set(tenant, theirs, { carrier: 'Mine' })).toEqual({ kind: 'taken', by: 'tenant' });
    expect(await trunks().set(null, theirs, { carrier: 'Mine' })).toEqual({ kind: 'taken', by: 'tenant' });
    expect(await trunks().set(tenant, operators, { carrier: 'Mine' })).toEqual({ kind: 'taken', by: 'operator' });
    expect(await trunks().list(tenant)).toEqual([expect.objectContaining({ ...operators, carrier: 'Shared' })]);
    expect(await trunks().list(another)).toContainEqual(expect.objectContaining({ ...theirs, carrier: 'Theirs' }));
  });
});

test('deployments are registered once and changed where they are other', async () => {
  const deployments = createDeploymentRepository(admin);
  const origin = 'https://livekit.example.com';
  expect(await deployments.set(origin, { region: 'IN' })).toEqual({
    kind: 'added',
    row: { origin, region: 'IN', isActive: true, limits: null, headerProfiles: null },
  });
  expect(await deployments.set(origin, { region: 'IN' })).toMatchObject({ kind: 'unchanged' });
  expect(await deployments.set(origin, { isActive: false })).toMatchObject({ kind: 'changed', row: { region: 'IN' } });
  expect(await deployments.list()).toEqual([expect.objectContaining({ origin, region: 'IN', isActive: false })]);
});

test('many numbers go on a do-not-call list, all or none', async () => {
  const lists = createDoNotCallRepository(admin);
  const tenant = randomUUID();
  const many = Array.from({ length: 12_000 }, (_, index) => `+1212${String(5_550_000 + index)}`);
  const progress: number[] = [];
  expect(await lists.add(tenant, many[7] ?? '', null)).toBe('added');
  expect(await lists.addMany(tenant, [...many, ...many.slice(0, 9)], 'bulk', (done) => progress.push(done))).toBe(
    11_999,
  );
  expect(progress).toEqual([5_000, 10_000, 12_000]);
  expect(await lists.addMany(tenant, many.slice(0, 3), null)).toBe(0);
  const another = randomUUID();
  await expect(lists.addMany(another, [...many, 'no number'], null)).rejects.toThrow();
  expect(await lists.list(another, { after: '', limit: 5 })).toEqual([]);
  // One by one, the first would stay.
  await lists.add(another, many[0] ?? '', null);
  await expect(lists.add(another, 'no number', null)).rejects.toThrow();
  expect(await lists.list(another, { after: '', limit: 5 })).toHaveLength(1);
});

test("the requests of a tenant's past calls come in pages, oldest first, and no other tenant's", async () => {
  const history = createCallHistory(admin);
  const [tenant, another] = [randomUUID(), randomUUID()];
  const moment = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
  for (const [owner, minute] of [
    [tenant, 1],
    [tenant, 2],
    [tenant, 2],
    [another, 2],
    [tenant, 3],
  ] as const)
    await sql(
      `INSERT INTO $schema.voice_call_logs (tenant_id, agent_id, from_number, to_number, purpose, created_at)
       VALUES ($1, 'agent-7', '+12125550100', '+12125550101', 'service', $2)`,
      [owner, moment(minute)],
    );
  await sql("UPDATE $schema.voice_call_logs SET created_at = created_at + interval '7 microseconds'");
  const page = { since: moment(2), limit: 2 };
  const first = await history.requests(tenant, { ...page, after: undefined });
  expect(first.map(({ createdAt }) => createdAt)).toEqual([moment(2), moment(2)]);
  const second = await history.requests(tenant, { ...page, after: first[1] });
  expect(second).toEqual([
    {
      callLogId: expect.any(String),
      createdAt: moment(3),
      initiatedBy: null,
      agentId: 'agent-7',
      fromNumber: '+12125550100',
      toNumber: '+12125550101',
      purpose: 'service',
    },
  ]);
});
