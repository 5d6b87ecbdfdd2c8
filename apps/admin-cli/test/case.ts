import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { SipClient } from 'livekit-server-sdk';
import pg from 'pg';

import { run } from './run.ts';
import type { Ran, RunOptions } from './run.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
export const USER = 'a1111111-1111-4111-8111-111111111111';
export const CONFIG = 'c1111111-1111-4111-8111-111111111111';
export const NUMBER = '+12125550100';
/** Not a secret: the key of a test that is over in seconds. */
export const KEK = Buffer.alloc(32, 7).toString('base64');

export interface Server {
  readonly url: string;
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** A database of its own, and the CLI on it. */
export interface Case {
  readonly database: TestDatabase;
  /** What the CLI is started with. */
  readonly env: Readonly<Record<string, string>>;
  run(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a command that has to succeed, with --json. */
  json(command: readonly string[], options?: RunOptions): Promise<Record<string, unknown>>;
  /** As superuser; `$schema` is the schema. */
  sql<Row = unknown>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export async function createCase(options: { migrated?: boolean } = {}): Promise<Case> {
  const database = await createTestDatabase(options);
  const superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  // A run that is broken off takes its server away first.
  superuser.on('error', () => {});
  const env = {
    DATABASE_URL: database.urls.admin,
    DATABASE_OWNER_URL: database.ownerUrl,
    DB_SCHEMA: database.schema,
    DIALPLANE_KEK: KEK,
  };
  const runHere = (command: readonly string[], options: RunOptions = {}) =>
    run(command, { ...options, env: { ...env, ...options.env } });
  return {
    database,
    env,
    run: runHere,
    async json(command, options) {
      const ran = await runHere([...command, '--json'], options);
      if (ran.exitCode !== 0)
        throw new Error(`dialplane ${command.join(' ')} ended with ${ran.exitCode}: ${ran.stdout}${ran.stderr}`);
      return ran.json() as Record<string, unknown>;
    },
    sql: async <Row>(text: string, values: unknown[] = []) =>
      (await superuser.query(text.replaceAll('$schema', database.schema), values)).rows as Row[],
    async stop() {
      await superuser.end();
      await database.drop();
    },
  };
}

/** A real LiveKit server of this test run. */
export function liveKitServer(index = 0): Server {
  const servers = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as Server[];
  const server = servers[index];
  if (server === undefined)
    throw new Error('DIALPLANE_TEST_LIVEKIT is not set: tests named *.real.test.ts are run by npm test.');
  return server;
}

/** A new trunk on the server that lists these numbers. */
export async function createTrunk({ url, apiKey, apiSecret }: Server, numbers: string[]): Promise<string> {
  const { sipTrunkId } = await new SipClient(url, apiKey, apiSecret).createSipOutboundTrunk(
    'test trunk',
    'sip.example.com',
    numbers,
  );
  return sipTrunkId;
}

/** The words of `config add` for a server. */
export function configAdd(server: Pick<Server, 'url' | 'apiKey'>, changed: Record<string, string> = {}): string[] {
  const options = {
    '--id': CONFIG,
    '--name': 'uae',
    '--url': server.url,
    '--api-key': server.apiKey,
    '--trunk': 'ST_test',
    '--agent-name': 'test-agent',
    '--tenant': TENANT,
    ...changed,
  };
  return ['config', 'add', ...Object.entries(options).flat(), '--secret-stdin'];
}
