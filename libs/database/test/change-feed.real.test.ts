import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase, readSnapshotVersion } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import type pg from 'pg';

import { runSql, withSession } from './fixtures.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const ANOTHER = '22222222-2222-4222-8222-222222222222';
const addNumber = (baseNumber: string): string =>
  `INSERT INTO lad_dev.voice_agent_numbers (tenant_id, base_number, country_code) VALUES ('${TENANT}', '${baseNumber}', '1')`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'lad_dev' });
});
afterAll(() => database.drop());

const asOwner = <Row extends object>(sql: string): Promise<Row[]> => runSql<Row>(database.ownerUrl, sql);

async function latestVersion(): Promise<number> {
  const [row] = await asOwner<{ version: string }>('SELECT version FROM lad_dev.feed_position()');
  return Number(row?.version);
}

/** What a piece of SQL logs, as `table key`, in one transaction's order of keys. */
async function loggedBy(sql: string): Promise<string[]> {
  const before = await latestVersion();
  await asOwner(sql);
  const rows = await asOwner<{ change: string }>(`
    SELECT concat_ws(' ', l.table_name, coalesce(l.row_key, 'all'), l.tenant_id) AS change
    FROM lad_dev.change_versions v JOIN lad_dev.change_log l USING (xid) WHERE v.version > ${before} ORDER BY 1`);
  return rows.map(({ change }) => change);
}

test('whoever commits first has the lower version, whoever changed first', async () => {
  await withSession(database.ownerUrl, async (early) => {
    await withSession(database.ownerUrl, async (late) => {
      const before = await latestVersion();
      await early.query(`BEGIN; ${addNumber('2125550110')}`);
      await late.query(`BEGIN; ${addNumber('2125550111')}`);
      await late.query('COMMIT');
      expect(await versionOf('2125550111')).toBeGreaterThan(before);
      const seen = await latestVersion();
      await early.query('COMMIT');
      // A reader that has seen everything up to `seen` finds the rest above it.
      expect(await versionOf('2125550110')).toBeGreaterThan(seen);
    });
  });
});

async function versionOf(baseNumber: string): Promise<number> {
  const [row] = await asOwner<{ version: string }>(`
    SELECT v.version FROM lad_dev.voice_agent_numbers n
    JOIN lad_dev.change_log l ON l.row_key = n.id::text JOIN lad_dev.change_versions v USING (xid)
    WHERE n.base_number = '${baseNumber}'`);
  return Number(row?.version);
}

test('sabotaged: sequence numbers handed out per row are not in the order of commits, and a reader misses one', async () => {
  await asOwner('CREATE TABLE lad_dev.naive (seq bigserial, note text)');
  await withSession(database.ownerUrl, async (early) => {
    await withSession(database.ownerUrl, async (late) => {
      await early.query("BEGIN; INSERT INTO lad_dev.naive (note) VALUES ('early')");
      await late.query("BEGIN; INSERT INTO lad_dev.naive (note) VALUES ('late'); COMMIT");
      const [seen] = await asOwner<{ seq: string }>('SELECT max(seq) AS seq FROM lad_dev.naive');
      await early.query('COMMIT');
      expect(await asOwner(`SELECT note FROM lad_dev.naive WHERE seq > ${seen?.seq}`)).toEqual([]);
    });
  });
  await asOwner('DROP TABLE lad_dev.naive');
});

test.each(['READ COMMITTED', 'REPEATABLE READ'])(
  'many %s writers at once all succeed, and no version appears below one that was seen',
  async (isolation) => {
    const before = await latestVersion();
    const writers = Array.from({ length: 16 }, (_, writer) =>
      withSession(database.ownerUrl, async (client) => {
        for (let n = 0; n < 10; n++) {
          await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
          await client.query(addNumber(`9${writer}00${n}`));
          if ((writer + n) % 3 === 0) await sleep(1);
          await client.query('COMMIT');
        }
      }),
    );
    let running = true;
    const reader = withSession(database.ownerUrl, async (client) => {
      const problems: string[] = [];
      let seen: number[] = [];
      while (running) {
        const now = await versions(client, before);
        const newest = Math.max(before, ...seen);
        problems.push(
          ...now
            .filter((version) => version <= newest && !seen.includes(version))
            .map((version) => `${version} came after ${newest}`),
        );
        seen = now;
      }
      return problems;
    });
    await Promise.all(writers).finally(() => (running = false));
    expect(await reader).toEqual([]);
    expect(
      (await asOwner<{ n: string }>(`SELECT count(*) AS n FROM lad_dev.change_versions WHERE version > ${before}`))[0],
    ).toEqual({ n: '160' });
  },
);

async function versions(client: pg.Client, after: number): Promise<number[]> {
  const { rows } = await client.query<{ version: string }>(
    'SELECT version FROM lad_dev.change_versions WHERE version > $1',
    [after],
  );
  return rows.map(({ version }) => Number(version));
}

test('each routing table logs rows added, changed and removed, with their tenant', async () => {
  const key = '33333333-3333-4333-8333-333333333333';
  for (const table of ['users', 'voice_agents', 'voice_agent_livekit', 'voice_agent_numbers']) {
    const more = table === 'voice_agent_numbers' ? [', base_number, country_code', ", '2125550120', '1'"] : ['', ''];
    const insert = `INSERT INTO lad_dev.${table} (id, tenant_id${more[0]}) VALUES ('${key}', '${TENANT}'${more[1]})`;
    expect(await loggedBy(insert)).toEqual([`${table} ${key} ${TENANT}`]);
    expect(await loggedBy(`UPDATE lad_dev.${table} SET tenant_id = tenant_id WHERE id = '${key}'`)).toEqual([
      `${table} ${key} ${TENANT}`,
    ]);
    expect(await loggedBy(`DELETE FROM lad_dev.${table} WHERE id = '${key}'`)).toEqual([`${table} ${key} ${TENANT}`]);
  }
  expect(await loggedBy(`INSERT INTO lad_dev.tenants (id, name) VALUES ('${key}', 'Example')`)).toEqual([
    `tenants ${key} ${key}`,
  ]);
  expect(await loggedBy("INSERT INTO lad_dev.deployments (origin) VALUES ('https://livekit.example.com')")).toEqual([
    'deployments https://livekit.example.com',
  ]);
  expect(
    await loggedBy(
      `INSERT INTO lad_dev.trunks (deployment_origin, sip_trunk_id, tenant_id) VALUES ('https://livekit.example.com', 'ST_1', '${TENANT}')`,
    ),
  ).toEqual([`trunks https://livekit.example.com ST_1 ${TENANT}`]);
});

test('a changed key or tenant is logged with the old one and the new one', async () => {
  const [from, to] = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555'];
  await asOwner(`INSERT INTO lad_dev.users (id, tenant_id) VALUES ('${from}', '${TENANT}')`);
  expect(await loggedBy(`UPDATE lad_dev.users SET id = '${to}' WHERE id = '${from}'`)).toEqual([
    `users ${from} ${TENANT}`,
    `users ${to} ${TENANT}`,
  ]);
  expect(await loggedBy(`UPDATE lad_dev.users SET tenant_id = '${ANOTHER}' WHERE id = '${to}'`)).toEqual([
    `users ${to} ${TENANT}`,
    `users ${to} ${ANOTHER}`,
  ]);
});

test('a truncated table is logged as a whole', async () => {
  expect(await loggedBy('TRUNCATE lad_dev.trunks')).toEqual(['trunks all']);
});

test('a statement that changes no row, and a savepoint that is rolled back, make no version', async () => {
  const before = await latestVersion();
  await asOwner("UPDATE lad_dev.voice_agent_numbers SET provider = 'x' WHERE false");
  await asOwner(`BEGIN; SAVEPOINT s; ${addNumber('2125550130')}; ROLLBACK TO s; COMMIT`);
  expect(await latestVersion()).toBe(before);
  await asOwner(`BEGIN; SAVEPOINT s; ${addNumber('2125550131')}; ROLLBACK TO s; ${addNumber('2125550132')}; COMMIT`);
  expect(await versionOf('2125550132')).toBe(await latestVersion());
});

test('one transaction makes one version and one notice, and calls make none', async () => {
  await withSession(database.ownerUrl, async (listener) => {
    const notices: (string | undefined)[] = [];
    listener.on('notification', ({ payload }) => notices.push(payload));
    await listener.query('LISTEN dialplane_changes');
    await asOwner(
      `INSERT INTO lad_dev.voice_call_logs (tenant_id) VALUES ('${TENANT}'); UPDATE lad_dev.voice_call_logs SET reason = 'x'`,
    );
    await asOwner(`BEGIN; ${addNumber('2125550140')}; ${addNumber('2125550141')}; COMMIT`);
    await listener.query('SELECT 1');
    expect(notices).toEqual([`lad_dev ${await latestVersion()}`]);
  });
});

test("the present service's own role leaves its changes in the feed without a grant on it", async () => {
  await runSql(
    database.superuserUrl,
    `
    CREATE ROLE present_service LOGIN PASSWORD 'example';
    GRANT USAGE ON SCHEMA lad_dev TO present_service; GRANT SELECT, UPDATE ON lad_dev.voice_agent_numbers TO present_service`,
  );
  const url = Object.assign(new URL(database.superuserUrl), { username: 'present_service', password: 'example' }).href;
  try {
    const before = await latestVersion();
    await runSql(url, "UPDATE lad_dev.voice_agent_numbers SET provider = 'carrier' WHERE base_number = '2125550140'");
    expect(await latestVersion()).toBeGreaterThan(before);
  } finally {
    await runSql(database.superuserUrl, 'DROP OWNED BY present_service; DROP ROLE present_service');
  }
});

test('the snapshot version moves with each change, within its epoch', async () => {
  const router = await openDatabase({ url: database.urls.router, schema: 'lad_dev' });
  try {
    const [epoch, version] = (await readSnapshotVersion(router)).split('.');
    await asOwner(addNumber('2125550150'));
    const [sameEpoch, next] = (await readSnapshotVersion(router)).split('.');
    expect(sameEpoch).toBe(epoch);
    expect(Number(next)).toBeGreaterThan(Number(version));
  } finally {
    await router.close();
  }
});

test('a copy of the database, as a restored one is, has another epoch', async () => {
  const epochOf = async (url: string): Promise<unknown> =>
    (await runSql(url, 'SELECT epoch FROM lad_dev.feed_position()'))[0];
  const copy = `${database.name}_copy`;
  const url = Object.assign(new URL(database.superuserUrl), { pathname: '/postgres' }).href;
  await runSql(url, `CREATE DATABASE ${copy} TEMPLATE ${database.name}`);
  try {
    const copied = await epochOf(Object.assign(new URL(database.superuserUrl), { pathname: `/${copy}` }).href);
    expect(copied).not.toEqual(await epochOf(database.superuserUrl));
  } finally {
    await runSql(url, `DROP DATABASE ${copy}`);
  }
});
