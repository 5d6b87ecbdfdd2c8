import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import {
  createCallRepository,
  createNumberRepository,
  createTenantRepository,
  createUserTenantReader,
  migrate,
  openDatabase,
} from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';

import { makeCluster } from '../src/embedded/make-cluster.ts';
import { serverAccount } from '../src/embedded/server-account.ts';
import { startCluster } from '../src/embedded/start-embedded-postgres.ts';
import { anAttempt, MOVES } from './calls-case.ts';
import { aCall, runSql } from './fixtures.ts';
import { snapshotOf } from './feed-case.ts';
import { providePostgres15 } from './provide-postgres-15.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const USER = '44444444-4444-4444-8444-444444444444';
test('each process does its work as its own role on the embedded server', () => worksOn('embedded'));

test('each process does its work as its own role on PostgreSQL 15', () => worksOn('PostgreSQL 15'), 300_000);

async function worksOn(server: 'embedded' | 'PostgreSQL 15'): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dialplane-older-'));
  await chmod(folder, 0o755);
  const older = server === 'embedded' ? undefined : await startPostgres15(join(folder, 'postgres'));
  try {
    const database = await createTestDatabase({ schema: 'lad_dev', ...(older && { server: older.superuserUrl }) });
    expect(await migrate({ ownerUrl: database.ownerUrl, schema: 'lad_dev' })).toEqual({ applied: [] });
    await runSql(database.ownerUrl, `INSERT INTO lad_dev.users (id, tenant_id) VALUES ('${USER}', '${TENANT}')`);
    const open = (role: 'router' | 'dispatcher' | 'admin') =>
      openDatabase({ url: database.urls[role], schema: 'lad_dev' });
    const [router, dispatcher, admin] = await Promise.all([open('router'), open('dispatcher'), open('admin')]);

    expect(
      await createNumberRepository(admin).add(TENANT, { baseNumber: '5550100123', countryCode: '1', provider: null }),
    ).toMatchObject({ kind: 'added' });
    expect(await createTenantRepository(admin).list()).toEqual([{ id: TENANT, name: '', isActive: true }]);
    const snapshot = await snapshotOf(database);
    expect(snapshot.tenantIdOfUser(USER)).toBe(TENANT);
    expect(snapshot.numbersMeant(TENANT, '5550100123')).toMatchObject([{ baseNumber: '5550100123' }]);
    expect(snapshot.snapshotVersion).toMatch(/^[0-9a-f]{12}\.[1-9]\d*$/);
    expect(await createUserTenantReader(dispatcher).tenantOfUser(USER)).toBe(TENANT);
    const calls = createCallRepository(dispatcher, { holder: 'dispatcher', leaseMs: 15_000 });
    const call = aCall();
    const key = { key: 'key', requestHash: 'hash' };
    const accepted = await calls.accept(TENANT, key, call, anAttempt(call.id));
    if (accepted.kind !== 'accepted') throw new Error(accepted.kind);
    const { lease } = accepted;
    expect(await calls.startAttempt(lease, anAttempt(call.id, { number: 2 }))).toBe(true);
    const claim = { holder: 'dispatcher', nonce: null, lease };
    expect(await calls.grantPermit(TENANT, call.id, 2, claim)).toEqual({ kind: 'granted', isNew: true });
    expect(await calls.move(lease, 2, MOVES.answered)).toBe(true);
    expect(await calls.renew([lease])).toEqual([lease]);
    expect(await calls.eventsAfter(new Map([[call.id, 3]]))).toMatchObject([
      { kind: 'permitted' },
      { kind: 'answered' },
    ]);
    expect(await calls.get('22222222-2222-4222-8222-222222222222', call.id)).toBeUndefined();

    await Promise.all([router, dispatcher, admin].map((opened) => opened.close()));
    await database.drop();
  } finally {
    await older?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startPostgres15(clusterFolder: string): ReturnType<typeof startCluster> {
  const account = await serverAccount();
  const place = { account, binaries: await providePostgres15(account), clusterFolder };
  await makeCluster(place, () => {});
  return startCluster(place, () => {});
}
