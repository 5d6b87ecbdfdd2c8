import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { DispatcherClient, RouterClient } from '@dialplane/contracts';
import type { DispatchRequest } from '@dialplane/contracts';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { callUnary } from '@dialplane/grpc';
import { startApp } from '@dialplane/real-parts';
import type { RunningApp } from '@dialplane/real-parts';
import { createLocalKeyWrapper, createSecretBox, readKeyEncryptionKey } from '@dialplane/secrets';
import { credentials } from '@grpc/grpc-js';
import type { CallOptions } from '@grpc/grpc-js';
import pg from 'pg';

import { readConfig } from '../src/config.ts';
import { startDispatcher } from '../src/wire.ts';
import type { RunningDispatcher } from '../src/wire.ts';
import { dispatchRequest } from './dispatch-request.ts';
import { failureOf } from './failure-of.ts';
import { NUMBER, OTHER_TENANT, OTHER_USER, TENANT, USER } from './known-ids.ts';

export { dispatchRequest, failureOf };
export { NUMBER, OTHER_TENANT, OTHER_USER, TENANT, USER };
/** Not a secret: the key of a test that is over in seconds. */
const KEK = Buffer.alloc(32, 7).toString('base64');
const ROUTER = fileURLToPath(new URL('../../router/src/main.ts', import.meta.url));

export interface Server {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** A database, a router process and a dispatcher; one number of one tenant, and a second tenant without any. */
export interface Case {
  readonly database: TestDatabase;
  readonly client: DispatcherClient;
  readonly router: RunningApp;
  readonly running: RunningDispatcher;
  /** For a dispatcher as a process of its own. */
  readonly dispatcherEnv: Record<string, string>;
  sql<Row = unknown>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Waits until the router knows what was written before. */
  settle(): Promise<void>;
  /** Points the tenant's number at a new LiveKit config, and waits until the router knows. */
  useServer(
    server: Server,
    change?: {
      agentName?: string;
      template?: unknown;
      sealed?: boolean;
      owner?: string;
      dialMode?: string;
      trunkId?: string;
    },
  ): Promise<string>;
  startDispatcher(
    env?: Record<string, string>,
  ): Promise<{ running: RunningDispatcher; client: DispatcherClient; stop(): Promise<void> }>;
  stop(): Promise<void>;
}

export async function createCase(env: Record<string, string> = {}): Promise<Case> {
  const database = await createTestDatabase();
  const superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await superuser.query(text.replaceAll('$schema', database.schema), values)).rows as Row[];
  await sql('INSERT INTO $schema.users (id, tenant_id) VALUES ($1, $2), ($3, $4)', [
    USER,
    TENANT,
    OTHER_USER,
    OTHER_TENANT,
  ]);
  await sql(
    "INSERT INTO $schema.voice_agent_numbers (tenant_id, base_number, country_code) VALUES ($1, '2125550123', '1')",
    [TENANT],
  );

  const settings = { DB_SCHEMA: database.schema, LOG_LEVEL: 'info', DRAIN_MS: '200', SNAPSHOT_FILE: 'off' };
  const router = await startApp({
    name: 'router',
    entry: ROUTER,
    env: { ...process.env, ...settings, DATABASE_URL: database.urls.router, ROUTER_LISTEN: '127.0.0.1:0' },
  });
  const routerClient = new RouterClient(router.address, credentials.createInsecure());
  const settle = async (): Promise<void> => {
    const [position] = await sql<{ now: string }>(
      "SELECT concat(epoch, '.', version) AS now FROM $schema.feed_position()",
    );
    const { initiatedBy, tenantId, fromNumber, toNumber, agentId, purpose } = dispatchRequest();
    const asked = { initiatedBy, tenantId, fromNumber, toNumber, agentId, purpose, routingKey: '' };
    await callUnary(routerClient.routeCall.bind(routerClient), { ...asked, minSnapshotVersion: position?.now ?? '' });
  };
  const dispatcherEnv = {
    ...settings,
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.urls.dispatcher,
    DISPATCHER_LISTEN: '127.0.0.1:0',
    AGENT_CALLS_LISTEN: '127.0.0.1:0',
    WEBHOOK_LISTEN: '127.0.0.1:0',
    ROUTER_ADDRESS: router.address,
    DIALPLANE_KEK: KEK,
    ...env,
  };
  const startOne = async (more: Record<string, string> = {}) => {
    const running = await startDispatcher(readConfig({ ...dispatcherEnv, ...more }));
    const client = new DispatcherClient(running.address, credentials.createInsecure());
    const stop = async () => {
      client.close();
      await running.stop();
    };
    return { running, client, stop };
  };
  const first = await startOne();
  const secretBox = createSecretBox(createLocalKeyWrapper(await readKeyEncryptionKey({ env: { DIALPLANE_KEK: KEK } })));

  return {
    database,
    client: first.client,
    router,
    running: first.running,
    dispatcherEnv,
    sql,
    settle,
    async useServer(
      { url, apiKey, apiSecret },
      {
        agentName = 'nobody',
        template = null,
        sealed = true,
        owner = TENANT,
        dialMode = 'legacy',
        trunkId = 'ST_test',
      } = {},
    ) {
      const configId = randomUUID();
      const secret = sealed
        ? await secretBox.seal(apiSecret, { tenantId: owner, configId, field: 'api_secret' })
        : null;
      await sql(
        `INSERT INTO $schema.voice_agent_livekit (id, tenant_id, name, url, api_key, api_secret_sealed, trunk_id, worker_name, job_metadata_template, dial_mode)
         VALUES ($1::uuid, $2, $1::uuid::text, $3, $4, $5, $8, $6, $7, $9)`,
        [configId, owner, url, apiKey, JSON.stringify(secret), agentName, JSON.stringify(template), trunkId, dialMode],
      );
      await sql(`UPDATE $schema.voice_agent_numbers SET rules = jsonb_build_object('livekit_config', $1::text)`, [
        configId,
      ]);
      await settle();
      return configId;
    },
    startDispatcher: startOne,
    async stop() {
      await first.stop();
      routerClient.close();
      await router.stop();
      await superuser.end();
      await database.drop();
    },
  };
}

export function dispatch(
  client: DispatcherClient,
  change: Partial<DispatchRequest> = {},
  options: Partial<CallOptions> = {},
) {
  return callUnary(client.dispatch.bind(client), dispatchRequest(change), options);
}

/** The real LiveKit servers of this test run. */
export function liveKitServers(): Server[] {
  return JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as Server[];
}
