import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@dialplane/database/testing';

import { configAdd, createCase, TENANT } from './case.ts';
import type { Case } from './case.ts';
import { run } from './run.ts';

const DIALPLANE = join(import.meta.dirname, '../bin/dialplane.js');

let here: Case;
let folder: string;
beforeAll(async () => {
  here = await createCase();
  folder = await mkdtemp(join(tmpdir(), 'dialplane-home-'));
  // PostgreSQL may have to run as another user than root.
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command as its own process, as an operator does. */
async function start(
  command: readonly string[],
  env: Record<string, string>,
  stdin = '',
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [DIALPLANE, ...command], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
  child.stdin.end(stdin);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, ...printed };
}

const errorOf = (ran: { stdout: string }) =>
  (JSON.parse(ran.stdout) as { error: { reason: string; message: string; hint: string } }).error;

describe('a process of its own', () => {
  test('takes a secret from stdin, prints one JSON document and ends', async () => {
    const secret = 'example-secret-of-exactly-40-characters!';
    const ran = await start(
      [...configAdd({ url: 'https://livekit.example.com', apiKey: 'APIexample' }), '--json'],
      here.env,
      `${secret}\n`,
    );
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'added',
      config: { apiSecret: { sealedWith: expect.stringMatching(/^local-/) } },
    });
    expect(ran.stdout).not.toContain(secret);
  });

  test('ends with 2 for wrong usage, and 3 when the database is out of reach, whose password is not told', async () => {
    expect(await start(['tenant', 'enable', 'x'], here.env)).toMatchObject({ exitCode: 2, stdout: '' });
    const down = { ...here.env, DATABASE_URL: 'postgres://dialplane_admin:s3cr3t-word@127.0.0.1:1/calls' };
    const ran = await start(['tenant', 'list', '--json'], down);
    expect(ran).toMatchObject({ exitCode: 3, stderr: '' });
    expect(errorOf(ran)).toMatchObject({
      reason: 'database_unavailable',
      message: expect.stringContaining('127.0.0.1:1'),
      hint: expect.stringContaining('dialplane db status'),
    });
    expect(ran.stdout).not.toContain('s3cr3t-word');
  });

  test('makes the embedded database with its key, which outlive a stop', async () => {
    const env = { DIALPLANE_HOME: join(folder, 'state') };
    try {
      const migrated = await start(['db', 'migrate', '--json'], env);
      expect(migrated).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(migrated.stdout)).toMatchObject({
        schema: 'dialplane',
        applied: ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
      });
      expect(migrated.stderr).toContain('PostgreSQL');
      expect((await start(['tenant', 'add', TENANT, '--name', 'Acme Clinics'], env)).exitCode).toBe(0);
      const added = await start(
        [...configAdd({ url: 'https://livekit.example.com', apiKey: 'APIexample' })],
        env,
        'example-secret-of-exactly-40-characters!',
      );
      expect(added.exitCode).toBe(0);
      expect((await stat(join(env.DIALPLANE_HOME, 'kek'))).mode & 0o777).toBe(0o600);

      expect(await start(['db', 'stop'], env)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('stopped'),
      });
      expect(await start(['db', 'stop'], env)).toMatchObject({ exitCode: 0 });
      expect(JSON.parse((await start(['tenant', 'list', '--json'], env)).stdout)).toMatchObject({
        tenants: [{ id: TENANT, name: 'Acme Clinics' }],
      });
      expect(JSON.parse((await start(['db', 'status', '--json'], env)).stdout)).toMatchObject({
        reachable: true,
        embedded: true,
      });
    } finally {
      await start(['db', 'stop'], env);
    }
  }, 120_000);
});

describe('the database', () => {
  test('is migrated once, and has a status', async () => {
    const empty = await createTestDatabase({ migrated: false, schema: 'lad_dev' });
    const env = { DATABASE_URL: empty.urls.admin, DATABASE_OWNER_URL: empty.ownerUrl, DB_SCHEMA: 'lad_dev' };
    const early = await run(['tenant', 'list', '--json'], { env });
    expect(early.exitCode).toBe(3);
    expect(errorOf(early)).toMatchObject({
      reason: 'schema_not_migrated',
      hint: expect.stringContaining('dialplane db migrate'),
    });
    expect((await run(['db', 'migrate', '--json'], { env })).json()).toMatchObject({
      schema: 'lad_dev',
      applied: ['0001-first', '0002-routing', '0003-calls', '0004-webhooks', '0005-sip-codes', '0006-found-by-id'],
    });
    expect((await run(['db', 'migrate', '--json'], { env })).json()).toEqual({ schema: 'lad_dev', applied: [] });
    expect((await run(['db', 'migrate'], { env })).stdout).toContain('nothing changed');
    const status = await run(['db', 'status', '--json'], { env });
    expect(status.json()).toMatchObject({
      reachable: true,
      embedded: false,
      schema: 'lad_dev',
      snapshotVersion: expect.stringMatching(/^\w+\.\d+$/),
    });
    expect(status.stdout).not.toContain(new URL(empty.urls.admin).password);
    await empty.drop();
  });

  test.each<[string, () => string[], () => Record<string, string | undefined>, number, string, RegExp]>([
    [
      "the owner's URL in DATABASE_URL",
      () => ['tenant', 'list'],
      () => ({ DATABASE_URL: here.database.ownerUrl }),
      3,
      'unsafe_role',
      /dialplane_admin/,
    ],
    [
      "a superuser's URL in DATABASE_URL",
      () => ['tenant', 'list'],
      () => ({ DATABASE_URL: here.database.superuserUrl }),
      3,
      'unsafe_role',
      /dialplane_admin/,
    ],
    [
      'a URL that is none',
      () => ['tenant', 'list'],
      () => ({ DATABASE_URL: 'mysql://a:pass-w0rd@h/d' }),
      3,
      'database_unusable',
      /DATABASE_URL/,
    ],
    [
      'a schema that is no identifier',
      () => ['tenant', 'list'],
      () => ({ DB_SCHEMA: 'a"; DROP' }),
      3,
      'database_unusable',
      /DB_SCHEMA/,
    ],
    [
      "a migration without the owner's URL",
      () => ['db', 'migrate'],
      () => ({ DATABASE_OWNER_URL: undefined }),
      2,
      'usage',
      /DATABASE_OWNER_URL/,
    ],
    [
      'a migration of a database that is down',
      () => ['db', 'migrate'],
      () => ({ DATABASE_OWNER_URL: 'postgres://o:pass-w0rd@127.0.0.1:1/d' }),
      3,
      'database_unavailable',
      /DATABASE_URL/,
    ],
    ["to stop a server of one's own", () => ['db', 'stop'], () => ({}), 1, 'not_embedded', /Unset DATABASE_URL/],
  ])('refuses %s', async (_, command, env, exitCode, reason, hint) => {
    const ran = await run([...command(), '--json'], { env: { ...here.env, ...env() } });
    expect(ran).toMatchObject({ exitCode, stderr: '' });
    expect(errorOf(ran)).toMatchObject({ reason, hint: expect.stringMatching(hint) });
    expect(ran.stdout).not.toContain('pass-w0rd');
  });
});
