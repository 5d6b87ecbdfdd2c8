import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterEach, expect, test } from '@jest/globals';
import { createCallRepository, createWebhookStore, migrate, openDatabase } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { ENTITIES } from '../src/entities/index.ts';
import { firstMigration } from '../src/migrations/first/index.ts';
import { routingMigration } from '../src/migrations/routing/index.ts';
import { accepted, anAttempt, MOVES, read, TENANT } from './calls-case.ts';
import { aCall, runSql } from './fixtures.ts';

const databases: TestDatabase[] = [];
async function aDatabase(sql: string): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema: 'lad_dev', migrated: false });
  databases.push(database);
  await runSql(database.ownerUrl, sql);
  return database;
}
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function releaseBefore({ ownerUrl, name }: TestDatabase): Promise<void> {
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: name,
    ensureDatabase: false,
    driverOptions: { connectionString: ownerUrl },
    extensions: [Migrator],
    migrations: {
      migrationsList: [firstMigration('lad_dev'), routingMigration('lad_dev')],
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

test('a call of the release before is taken over with its attempt on the first target, dialled by its agent', async () => {
  const database = await aDatabase('CREATE SCHEMA lad_dev');
  await releaseBefore(database);
  const { id, targets, metadata } = aCall();
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.voice_call_logs (id, tenant_id, to_number, state, targets, metadata, attempt)
     VALUES ($1, $2, '+12125550101', 'in_progress', $3, $4, 1)`,
    [id, TENANT, JSON.stringify(targets), JSON.stringify(metadata)],
  );
  await runSql(
    database.ownerUrl,
    `INSERT INTO lad_dev.call_attempts (tenant_id, call_id, number, state, target, room) VALUES ($1, $2, 1, 'room_ready', $3, 'room')`,
    [TENANT, id, JSON.stringify(targets[0])],
  );
  const open = () => openDatabase({ url: database.urls.dispatcher, schema: 'lad_dev' });
  await expect(open()).rejects.toThrow('Run: dialplane db migrate');
  expect(await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' })).toEqual({
    applied: ['0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  });

  const dispatcher = await open();
  try {
    const calls = createCallRepository(dispatcher, { holder: 'one', leaseMs: 15_000 });
    const lease = { tenantId: TENANT, callId: id, fence: 1 };
    expect(await calls.takeOver(10)).toEqual([lease]);
    expect(await read(calls, lease)).toMatchObject({
      state: 'in_progress',
      onAgentLost: 'end',
      permit: null,
      cancelledAt: null,
      lastEvent: 1,
      attempts: [{ number: 1, targetIndex: 0, dialMode: 'legacy', agentIdentity: null, sipCode: null }],
    });
    expect(await calls.move(lease, 1, MOVES.answered)).toBe(true);
    expect(await calls.events(TENANT, id, 0)).toMatchObject([{ kind: 'taken_over' }, { number: 2, kind: 'answered' }]);
  } finally {
    await dispatcher.close();
  }
});

test.each([
  ['uuid', 'uuid'],
  ['uuid', 'varchar(36)'],
  ['text', 'varchar(36)'],
])('an adopted call log with ids of type %s and tenants of type %s is carried on with', async (id, tenantId) => {
  const database = await aDatabase(
    `CREATE SCHEMA lad_dev;
     CREATE TABLE lad_dev.voice_call_logs (
       id ${id} PRIMARY KEY, tenant_id ${tenantId}, to_number varchar(20), state varchar(20), targets json, sip_code bigint,
       answered_at timestamp, created_at timestamp, campaign text DEFAULT 'spring'
     );
     CREATE TABLE lad_dev.voice_agent_numbers (id uuid PRIMARY KEY, tenant_id ${tenantId}, base_number text, country_code text);
     INSERT INTO lad_dev.voice_call_logs (id, tenant_id, state) VALUES (gen_random_uuid(), '${TENANT}', 'in_progress')`,
  );
  await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' });
  const dispatcher = await openDatabase({ url: database.urls.dispatcher, schema: 'lad_dev' });
  try {
    const calls = createCallRepository(dispatcher, { holder: 'one', leaseMs: 15_000 });
    const lease = await accepted(calls);
    expect(await calls.renew([lease])).toEqual([lease]);
    expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }))).toBe(true);
    expect(await calls.requestDial(TENANT, lease.callId, 2, 'AJ_1')).toBe(true);
    const claim = { holder: 'AJ_1', nonce: null };
    expect(await calls.grantPermit(TENANT, lease.callId, 2, claim)).toEqual({ kind: 'granted', isNew: true });
    expect(await calls.move(lease, 2, MOVES.ringing)).toBe(true);
    expect(await calls.cancel(TENANT, lease.callId)).toMatchObject({ outcome: 'may_have_rung' });
    expect(await calls.report(TENANT, lease.callId, 2, 'AJ_1', { ...MOVES.failed, sipCode: undefined })).toBe(true);
    expect(await calls.move(lease, 2, MOVES.failed)).toBe(true);
    expect(await read(calls, lease)).toMatchObject({
      state: 'cancelled',
      sipCode: 486,
      attempts: [{}, { sipCode: 486 }],
    });
    const events = await calls.eventsAfter(new Map([[lease.callId, 0]]));
    expect(events).toEqual(
      (await calls.events(TENANT, lease.callId, 0)).map((event) => ({
        ...event,
        callId: lease.callId,
        callState: 'cancelled',
      })),
    );
    const filter = { states: ['cancelled' as const], toNumber: '+12125550199', fromNumber: undefined };
    const all = { ...filter, createdFrom: undefined, createdBefore: undefined };
    const [listed] = await calls.list(TENANT, all, { after: undefined, limit: 10 });
    expect(listed).toEqual(await read(calls, lease));
    const after = { createdAt: listed!.createdAt, callId: lease.callId };
    expect(await calls.list(TENANT, all, { after, limit: 10 })).toEqual([]);
    expect(await calls.takeOver(10)).toEqual([]);
    await calls.release([lease]);

    const webhooks = createWebhookStore(dispatcher);
    const event = { origin: 'https://livekit.example.com', id: 'EV_1', kind: 'room_finished', createdAt: new Date(0) };
    const about = { ...event, room: `call-${lease.callId}-2`, participant: undefined, redactedBody: {} };
    expect(await webhooks.store(about, [TENANT])).toBe('new');
    expect(await webhooks.ofRoom(TENANT, about.room)).toEqual([about]);
  } finally {
    await dispatcher.close();
  }
});

test('columns and tables that are in the way are named, and nothing is changed', async () => {
  const database = await aDatabase(
    `CREATE SCHEMA lad_dev;
     CREATE TABLE lad_dev.voice_call_logs (id uuid, tenant_id uuid, fence text, answered_at date, ended_at timestamptz);
     CREATE TABLE lad_dev.voice_call_events (id uuid)`,
  );
  await expect(migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' })).rejects.toThrow(
    /nothing was changed[^]*answered_at is date, Dialplane needs timestamptz[^]*voice_call_events is there already/,
  );
  const made = `SELECT to_regclass('lad_dev.livekit_webhooks') AS made`;
  expect(await runSql(database.ownerUrl, made)).toEqual([{ made: null }]);
});
