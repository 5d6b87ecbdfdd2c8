import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createLiveKitConfigRepository,
  createNumberRepository,
  createTargetReader,
  createTenantRepository,
  createUserRepository,
  createUserTenantReader,
  NameTakenError,
  openDatabase,
} from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aConfig, runSql } from './fixtures.ts';

let database: TestDatabase;
let admin: Database;
let dispatcher: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = await openDatabase({ url: database.urls.admin, schema: database.schema });
  dispatcher = await openDatabase({ url: database.urls.dispatcher, schema: database.schema });
});
afterAll(async () => {
  await admin.close();
  await dispatcher.close();
  await database.drop();
});

const users = () => createUserRepository(admin);
const tenants = () => createTenantRepository(admin);
const numbers = () => createNumberRepository(admin);
const configs = () => createLiveKitConfigRepository(admin);

test('a user is added once, to one tenant, and found by the dispatcher', async () => {
  const [tenant, another, user] = [randomUUID(), randomUUID(), randomUUID()];
  expect(await users().add(tenant, user)).toEqual({ kind: 'added' });
  expect(await users().add(tenant, user)).toEqual({ kind: 'existed' });
  expect(await users().add(another, user)).toEqual({ kind: 'conflict' });
  expect(await users().list(tenant)).toEqual([{ id: user, tenantId: tenant }]);
  expect(await users().list(another)).toEqual([]);
  expect(await createUserTenantReader(dispatcher).tenantOfUser(user)).toBe(tenant);
  expect(await createUserTenantReader(dispatcher).tenantOfUser(randomUUID())).toBeUndefined();
});

test('a tenant is added once, switched off and on, and listed by name', async () => {
  const id = randomUUID();
  expect(await tenants().add(id, 'Zebra')).toEqual({ kind: 'added', row: { id, name: 'Zebra', isActive: true } });
  expect(await tenants().add(id, 'Zebra')).toMatchObject({ kind: 'existed' });
  expect(await tenants().add(id, 'Horse')).toMatchObject({ kind: 'conflict', row: { name: 'Zebra' } });
  expect(await tenants().update(id, { isActive: false })).toEqual({ id, name: 'Zebra', isActive: false });
  expect(await tenants().update(id, { name: 'Aardvark' })).toEqual({ id, name: 'Aardvark', isActive: false });
  expect(await tenants().list()).toContainEqual({ id, name: 'Aardvark', isActive: false });
  expect(await tenants().update(randomUUID(), { isActive: false })).toBeUndefined();
});

test('a tenant that only its users speak of is listed, and can be switched off', async () => {
  const id = randomUUID();
  await users().add(id, randomUUID());
  expect(await tenants().list()).toContainEqual({ id, name: '', isActive: true });
  expect(await tenants().update(id, { isActive: false })).toEqual({ id, name: '', isActive: false });
});

test('a number is identified by base number and the digits of its country code, within the tenant', async () => {
  const [tenant, another] = [randomUUID(), randomUUID()];
  const number = { baseNumber: '9999999999', countryCode: '+91', provider: 'carrier' };
  const added = await numbers().add(tenant, number);
  expect(added).toEqual({
    kind: 'added',
    row: { ...number, id: added.row.id, tenantId: tenant, rules: {}, isActive: true },
  });
  expect(await numbers().add(tenant, { ...number, countryCode: '91' })).toEqual({ kind: 'existed', row: added.row });
  expect(await numbers().add(tenant, { ...number, provider: 'another' })).toEqual({ kind: 'conflict', row: added.row });
  expect(await numbers().add(tenant, { ...number, countryCode: '971' })).toMatchObject({ kind: 'added' });
  expect(await numbers().add(another, number)).toMatchObject({ kind: 'added', row: { tenantId: another } });
  expect(await numbers().list(tenant)).toHaveLength(2);
});

test('a number added by many at once is added once', async () => {
  const tenant = randomUUID();
  const number = { baseNumber: '2125550160', countryCode: '1', provider: null };
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => numbers().add(tenant, number)));
  expect(outcomes.filter(({ kind }) => kind === 'added')).toHaveLength(1);
  expect(await numbers().list(tenant)).toHaveLength(1);
});

test.each(['+919999999998', '919999999998', '09999999998', '9999999998'])(
  '%s finds the number, inactive or not, and none of another tenant',
  async (written) => {
    const tenant = randomUUID();
    const { row } = await numbers().add(tenant, { baseNumber: '9999999998', countryCode: '+91', provider: null });
    await numbers().add(randomUUID(), { baseNumber: '9999999998', countryCode: '+91', provider: null });
    await numbers().update(tenant, row.id, { isActive: false });
    expect(await numbers().find(tenant, written)).toEqual([{ ...row, isActive: false }]);
  },
);

test("assigning a config leaves every other key of the rules alone, and never touches another tenant's number", async () => {
  const tenant = randomUUID();
  const { row } = await numbers().add(tenant, { baseNumber: '2125550161', countryCode: '1', provider: null });
  const setRules = (rules: string) =>
    runSql(database.ownerUrl, 'UPDATE dialplane.voice_agent_numbers SET rules = $1 WHERE id = $2', [rules, row.id]);
  const rules = async () => (await numbers().list(tenant))[0]?.rules;
  const [first, second] = [randomUUID(), randomUUID()];

  await setRules('{"theirs": {"deep": [1]}, "strategy": "weight"}');
  expect(await numbers().assign(tenant, row.id, first)).toBe('assigned');
  expect(await numbers().assign(tenant, row.id, first)).toBe('unchanged');
  expect(await numbers().assign(tenant, row.id, second)).toBe('assigned');
  expect(await rules()).toEqual({ theirs: { deep: [1] }, strategy: 'weight', livekit_config: second });
  expect(await numbers().assign(randomUUID(), row.id, first)).toBeUndefined();
  expect(await numbers().assign(tenant, randomUUID(), first)).toBeUndefined();
  for (const malformed of ['[]', '"text"', '7']) {
    await setRules(malformed);
    expect(await numbers().assign(tenant, row.id, first)).toBe('rules_invalid');
    expect(await rules()).toEqual(JSON.parse(malformed));
  }
  await setRules('null');
  expect(await numbers().assign(tenant, row.id, first)).toBe('assigned');
  expect(await rules()).toEqual({ livekit_config: first });
});

test('a config is added once by its name, and its secret is read by the dispatcher', async () => {
  const tenant = randomUUID();
  const config = aConfig({ jobMetadataTemplate: { to: '{{to_number}}', b: 1, a: 2 } });
  const row = {
    id: config.id,
    tenantId: tenant,
    name: config.name,
    url: config.url,
    sipTrunkId: config.sipTrunkId,
    agentName: config.agentName,
    dialMode: 'legacy',
    isActive: true,
  };
  expect(await configs().add(tenant, config)).toEqual({ kind: 'added', row });
  expect(await configs().add(tenant, { ...config, id: randomUUID() })).toEqual({ kind: 'existed', row });
  expect(await configs().add(tenant, { ...config, id: randomUUID(), url: 'wss://livekit.example.com' })).toEqual({
    kind: 'conflict',
    row,
  });
  expect(await configs().list(tenant)).toEqual([row]);
  const { apiKey, apiSecretSealed, jobMetadataTemplate } = config;
  expect(await createLiveKitConfigRepository(dispatcher).credential(tenant, config.id)).toEqual({
    ...row,
    apiKey,
    apiSecretSealed,
    jobMetadataTemplate,
  });
});

test('a change touches what it names and nothing else', async () => {
  const tenant = randomUUID();
  const config = aConfig();
  await configs().add(tenant, config);
  expect(await configs().update(tenant, config.id, { sipTrunkId: 'ST_other', isActive: false })).toMatchObject({
    sipTrunkId: 'ST_other',
    isActive: false,
    agentName: config.agentName,
    url: config.url,
  });
  expect(await configs().credential(tenant, config.id)).toMatchObject({
    apiKey: config.apiKey,
    apiSecretSealed: config.apiSecretSealed,
  });
  expect(await configs().update(tenant, config.id, {})).toMatchObject({ name: config.name });
  expect(await configs().update(tenant, config.id, { jobMetadataTemplate: { x: '{{to_number}}' } })).toMatchObject({
    id: config.id,
  });
  expect(await configs().update(tenant, config.id, { jobMetadataTemplate: null })).toMatchObject({ id: config.id });
  expect(await configs().credential(tenant, config.id)).toMatchObject({ jobMetadataTemplate: null });
  await configs().add(tenant, aConfig({ name: 'taken' }));
  await expect(configs().update(tenant, config.id, { name: 'taken' })).rejects.toThrow(NameTakenError);
});

test("an operator's config is every tenant's to use and no tenant's to change; another tenant's is neither", async () => {
  const [tenant, another] = [randomUUID(), randomUUID()];
  const [operators, theirs] = [aConfig({ name: `operator-${randomUUID()}` }), aConfig()];
  expect(await configs().add(null, operators)).toMatchObject({ kind: 'added', row: { tenantId: null } });
  await configs().add(another, theirs);
  const reader = createLiveKitConfigRepository(dispatcher);
  expect(await reader.credential(tenant, operators.id)).toMatchObject({ id: operators.id, apiKey: operators.apiKey });
  expect(await reader.credential(tenant, theirs.id)).toBeUndefined();
  expect(await reader.credential(null, theirs.id)).toBeUndefined();
  expect((await configs().list(tenant)).map(({ id }) => id)).toEqual([operators.id]);
  expect(await configs().update(tenant, theirs.id, { url: 'http://livekit.example.com' })).toBeUndefined();
  expect(await configs().update(null, operators.id, { url: 'http://livekit.example.com' })).toMatchObject({
    url: 'http://livekit.example.com',
  });
  expect(await configs().update(null, theirs.id, { url: 'http://livekit.example.com' })).toBeUndefined();
  expect(await configs().credential(another, theirs.id)).toMatchObject({ url: theirs.url });
});

test("a target is the config that the tenant may use, with its trunk's standing, of one moment", async () => {
  const [tenant, another] = [randomUUID(), randomUUID()];
  const [own, operators, theirs] = [aConfig(), aConfig({ name: `operator-${randomUUID()}` }), aConfig()];
  await configs().add(tenant, own);
  await configs().add(null, operators);
  await configs().add(another, theirs);
  const deployment = 'https://livekit.example.com';
  const columns = 'deployment_origin, sip_trunk_id, tenant_id, is_active';
  const trunks = `('${deployment}', 'ST_${tenant}', '${tenant}', true), ('${deployment}', 'ST_${another}', '${another}', true)`;
  await runSql(database.ownerUrl, `INSERT INTO "${database.schema}".trunks (${columns}) VALUES ${trunks}`);
  const read = (livekitConfigId: string | null, trunk: string) =>
    createTargetReader(dispatcher).read(tenant, { livekitConfigId, deployment, sipTrunkId: trunk });

  const config = await createLiveKitConfigRepository(dispatcher).credential(tenant, own.id);
  expect(await read(own.id, `ST_${tenant}`)).toEqual({ config, trunk: { owner: 'own', active: true } });
  expect(await read(operators.id, 'ST_nowhere')).toMatchObject({
    config: { id: operators.id, tenantId: null },
    trunk: { owner: 'none', active: false },
  });
  const foreign = { config: undefined, trunk: { owner: 'foreign', active: false } };
  expect(await read(theirs.id, `ST_${another}`)).toEqual(foreign);
  expect(await read(null, `ST_${another}`)).toEqual(foreign);
});
