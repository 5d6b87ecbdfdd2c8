import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, expect, test } from '@jest/globals';
import { migrate, resolveDatabase, startEmbeddedPostgres, stopEmbeddedPostgres } from '@dialplane/database';

import { makeLibraryLinks, packagedBinaries, programOf } from '../src/embedded/postgres-binaries.ts';
import { runProgram } from '../src/embedded/run-program.ts';
import { serverAccount } from '../src/embedded/server-account.ts';
import { ROLES } from '../src/roles.ts';
import { runSql } from './fixtures.ts';

const folders: string[] = [];
async function aFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dialplane-embedded-'));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) {
    await stopEmbeddedPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

const pidFileOf = (dataFolder: string): string => join(dataFolder, 'postmaster.pid');
const pidOf = async (dataFolder: string): Promise<number> =>
  Number((await readFile(pidFileOf(dataFolder), 'utf8')).split('\n')[0]);

test('several processes that start it at once get the same server', async () => {
  const folder = await aFolder();
  const script = `
    const { startEmbeddedPostgres } = await import('@dialplane/database');
    const { urls } = await startEmbeddedPostgres({ folder: process.argv[1] });
    console.log(urls.owner);`;
  const starts = await Promise.all(
    [1, 2, 3].map(() =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, folder], {
        cwd: import.meta.dirname,
      }),
    ),
  );
  const urls = starts.map(({ stdout }) => stdout.trim());
  expect(new Set(urls).size).toBe(1);
  // It outlives them.
  expect(await runSql(urls[0] ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await readdir(folder)).toEqual(['postgres']);
});

test('it keeps its data when it is stopped and started again, and attaching starts nothing', async () => {
  const folder = await aFolder();
  const first = await startEmbeddedPostgres({ folder });
  await runSql(first.urls.owner, 'CREATE TABLE kept AS SELECT 42 AS n');
  const pid = await pidOf(first.dataFolder);
  await startEmbeddedPostgres({ folder });
  expect(await pidOf(first.dataFolder)).toBe(pid);
  await first.stop();
  await expect(runSql(first.urls.owner, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  const second = await startEmbeddedPostgres({ folder });
  expect(await runSql(second.urls.owner, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
});

test('it starts again after kill -9, also when another process has its id by then', async () => {
  const folder = await aFolder();
  const { dataFolder, urls } = await startEmbeddedPostgres({ folder });
  await runSql(urls.owner, 'CREATE TABLE kept AS SELECT 42 AS n');
  process.kill(await pidOf(dataFolder), 'SIGKILL');
  const again = await startEmbeddedPostgres({ folder });
  expect(await runSql(again.urls.owner, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);

  await again.stop();
  const account = await serverAccount();
  const other = spawn('sleep', ['60'], {
    stdio: 'ignore',
    cwd: '/',
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  try {
    await leavePidFile(dataFolder, other.pid ?? 0);
    // Sabotaged: pg_ctl by itself takes the other process for its server.
    const start = [
      'start',
      '--wait',
      '--silent',
      `--pgdata=${dataFolder}`,
      `--log=${join(dataFolder, 'sabotaged.log')}`,
    ];
    expect((await runProgram(programOf(packagedBinaries(), 'pg_ctl'), start, { account })).exitCode).not.toBe(0);
    const third = await startEmbeddedPostgres({ folder });
    expect(await runSql(third.urls.owner, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  } finally {
    other.kill();
  }
});

/** What a killed server leaves, with the id of another process. */
async function leavePidFile(dataFolder: string, pid: number): Promise<void> {
  const lines = [pid, dataFolder, 1_700_000_000, 1, '', '127.0.0.1', '  1234567         0', 'ready   ', ''];
  await writeFile(pidFileOf(dataFolder), lines.join('\n'));
  await chmod(pidFileOf(dataFolder), 0o644);
}

test('what a process that was killed during the first start left behind is removed, and what another is making is not', async () => {
  const folder = await aFolder();
  const script = `
    const { startEmbeddedPostgres } = await import('@dialplane/database');
    await startEmbeddedPostgres({ folder: process.argv[1] });`;
  const first = spawn(process.execPath, ['--input-type=module', '--eval', script, folder], {
    cwd: import.meta.dirname,
    stdio: 'ignore',
  });
  const ended = once(first, 'exit');
  const made = async (): Promise<string[]> => (await readdir(folder)).filter((entry) => entry.startsWith('.postgres-'));
  while ((await made()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  first.kill('SIGKILL');
  await ended;
  expect(await made()).toEqual([expect.stringContaining(`.postgres-${first.pid}-`)]);
  const another = `.postgres-${process.ppid}-running`;
  await mkdir(join(folder, another));
  await startEmbeddedPostgres({ folder });
  // Its initdb may have outlived it for a moment.
  await stopEmbeddedPostgres(folder);
  await startEmbeddedPostgres({ folder });
  expect((await readdir(folder)).sort()).toEqual([another, 'postgres']);
});

test('nobody logs in without a password, from this machine alone, and only the maker can read the passwords', async () => {
  const folder = await aFolder();
  const { dataFolder, urls, superuserUrl } = await startEmbeddedPostgres({ folder });
  for (const url of [...Object.values(urls), superuserUrl]) {
    const without = Object.assign(new URL(url), { password: '' }).href;
    await expect(runSql(without, 'SELECT 1')).rejects.toThrow();
    await expect(runSql(Object.assign(new URL(url), { password: 'wrong' }).href, 'SELECT 1')).rejects.toThrow(
      'password authentication failed',
    );
    expect(await runSql(url, `SELECT current_setting('listen_addresses') AS addresses`)).toEqual([
      { addresses: '127.0.0.1' },
    ]);
  }
  expect(await runSql(superuserUrl, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual([
    { auth_method: 'scram-sha-256' },
  ]);
  expect((await stat(join(dataFolder, '..', 'credentials.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
});

test('the owner is no superuser, and owns the database', async () => {
  const { urls } = await startEmbeddedPostgres({ folder: await aFolder() });
  expect(
    await runSql(
      urls.owner,
      `
    SELECT rolsuper, rolcreaterole, rolbypassrls, (SELECT datdba = r.oid FROM pg_database WHERE datname = 'dialplane') AS owns
    FROM pg_roles r WHERE rolname = current_user`,
    ),
  ).toEqual([{ rolsuper: false, rolcreaterole: true, rolbypassrls: false, owns: true }]);
});

test("data is in the folder, or where the server's user can enter, and that is said", async () => {
  const closed = await aFolder(0o700);
  const said: string[] = [];
  const { dataFolder, urls } = await startEmbeddedPostgres({
    folder: closed,
    onProgress: (message) => said.push(message),
  });
  try {
    expect(await runSql(urls.admin, 'SELECT current_user AS me')).toEqual([{ me: ROLES.admin }]);
    const account = await serverAccount();
    if (account === undefined) {
      expect(dataFolder).toBe(join(closed, 'postgres', 'data'));
    } else {
      expect(dataFolder).toMatch(/^\/var\/lib\/dialplane\//);
      expect(said).toContainEqual(
        expect.stringContaining(`data is in ${join(dataFolder, '..')}: it runs as user ${account.name}`),
      );
      // Found again, also when the folder can be entered by then.
      await chmod(closed, 0o755);
      expect((await startEmbeddedPostgres({ folder: closed })).dataFolder).toBe(dataFolder);
    }
  } finally {
    await stopEmbeddedPostgres(closed);
    if (!dataFolder.startsWith(closed)) await rm(join(dataFolder, '..'), { recursive: true });
  }
});

test('the library links that an install without scripts leaves out are made', async () => {
  const folder = await aFolder();
  const binaries = { folder: join(folder, 'native') };
  await cp(packagedBinaries().folder, binaries.folder, { recursive: true, verbatimSymlinks: true });
  const links = (
    JSON.parse(await readFile(join(binaries.folder, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
  ).map(({ target }) => join(folder, target));
  for (const link of links) await rm(link, { force: true });
  const version = () => runProgram(programOf(binaries, 'postgres'), ['--version'], { account: undefined });
  if (process.platform === 'linux') expect((await version()).exitCode).not.toBe(0);
  await makeLibraryLinks(binaries);
  await makeLibraryLinks(binaries);
  expect((await version()).output).toContain('postgres (PostgreSQL) 18');
  for (const link of links) expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test('without any URL in the environment the embedded database is resolved, migrated, by role', async () => {
  const folder = await aFolder();
  const resolved = await Promise.all(
    (['router', 'dispatcher', 'admin', 'owner'] as const).map((role) =>
      resolveDatabase({ env: { DB_SCHEMA: 'lad_dev' }, role, folder }),
    ),
  );
  for (const { url, schema, embedded } of resolved) {
    expect({ schema, embedded }).toEqual({ schema: 'lad_dev', embedded: true });
    expect(await runSql(url, 'SELECT version FROM lad_dev.feed_position()')).toEqual([{ version: '0' }]);
  }
});

test('roles are made where the owner may make them; elsewhere the migration says what to run', async () => {
  const { urls, superuserUrl } = await startEmbeddedPostgres({ folder: await aFolder() });
  const roles = Object.values(ROLES).join(', ');
  await runSql(superuserUrl, `DROP ROLE ${roles}`);
  await runSql(superuserUrl, 'ALTER ROLE dialplane_owner NOCREATEROLE');
  await expect(migrate({ ownerUrl: urls.owner, schema: 'dialplane' })).rejects.toThrow(
    /no roles dialplane_router, dialplane_dispatcher, dialplane_admin, and dialplane_owner may not create roles[^]*CREATE ROLE dialplane_router LOGIN;/,
  );
  await runSql(superuserUrl, 'ALTER ROLE dialplane_owner CREATEROLE');
  const said: string[] = [];
  expect(
    await migrate({ ownerUrl: urls.owner, schema: 'dialplane', onProgress: (message) => said.push(message) }),
  ).toEqual({
    applied: ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
  });
  expect(said[0]).toContain(`Made the roles ${roles}. Give each a password`);
});
