import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { DispatcherClient, RouterClient } from '@dialplane/contracts';
import type { DispatchRequest, DispatchResponse, RouteCallRequest } from '@dialplane/contracts';
import { createTestDatabase, startTestPostgres } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { callUnary } from '@dialplane/grpc';
import { startApp, startGuardedProcess } from '@dialplane/real-parts';
import { createLocalKeyWrapper, createSecretBox, readKeyEncryptionKey } from '@dialplane/secrets';
import { credentials } from '@grpc/grpc-js';
import pg from 'pg';

import type { Stoppable } from '../stoppable.ts';

export interface LiveKitConfig {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly agentName: string;
}

/** A database, a router and a dispatcher, each a process of its own, and one tenant. */
export interface DispatchCase {
  readonly database: TestDatabase;
  readonly sql: pg.Client;
  readonly tenantId: string;
  /** A number whose calls go to these configs, the first first. */
  addNumber(...configs: readonly LiveKitConfig[]): Promise<string>;
  /** Waits until the router knows what was added. */
  settle(): Promise<void>;
  routeRequest(fromNumber: string): RouteCallRequest;
  route(fromNumber: string): Promise<unknown>;
  dispatch(change: Partial<DispatchRequest> & Pick<DispatchRequest, 'fromNumber'>): Promise<DispatchResponse>;
  cancel(callLogId: string): Promise<unknown>;
  /** Resolves when no call of the tenant is under way. */
  untilOver(): Promise<void>;
}

const ENTRY = (app: string): string => fileURLToPath(new URL(`../../../../apps/${app}/src/main.ts`, import.meta.url));
const LISTENING = /"address":"([^"]+)"[^\n]*"msg":"dispatcher is listening"/;
const DEADLINE_MS = 60_000;

export async function startDispatchCase(keep: (part: Stoppable) => void): Promise<DispatchCase> {
  const postgres = await startTestPostgres();
  keep(postgres);
  const database = await createTestDatabase({ server: postgres.superuserUrl });
  const sql = new pg.Client({ connectionString: database.superuserUrl });
  await sql.connect();
  keep({ stop: () => sql.end() });
  const tenantId = randomUUID();
  const table = (name: string): string => `"${database.schema}".${name}`;
  await sql.query(`INSERT INTO ${table('users')} (id, tenant_id) VALUES ($1, $2)`, [randomUUID(), tenantId]);

  const kek = randomBytes(32).toString('base64');
  const secretBox = createSecretBox(createLocalKeyWrapper(await readKeyEncryptionKey({ env: { DIALPLANE_KEK: kek } })));
  const settings = { ...process.env, DB_SCHEMA: database.schema, SNAPSHOT_FILE: 'off', LOG_LEVEL: 'info' };
  const router = await startApp({
    name: 'router',
    entry: ENTRY('router'),
    env: { ...settings, DATABASE_URL: database.urls.router, ROUTER_LISTEN: '127.0.0.1:0' },
  });
  keep(router);
  const dispatcher = await startGuardedProcess({
    name: 'dispatcher',
    command: process.execPath,
    args: () => [ENTRY('dispatcher')],
    env: {
      ...settings,
      DATABASE_URL: database.urls.dispatcher,
      DIALPLANE_KEK: kek,
      ROUTER_ADDRESS: router.address,
      DISPATCHER_LISTEN: '127.0.0.1:0',
      AGENT_CALLS_LISTEN: '127.0.0.1:0',
      WEBHOOK_LISTEN: '127.0.0.1:0',
    },
    isReady: async (process) => LISTENING.test(process.output()),
  });
  keep(dispatcher);
  const address = LISTENING.exec(dispatcher.output())?.[1] ?? '';
  const client = new DispatcherClient(address, credentials.createInsecure());
  const routerClient = new RouterClient(router.address, credentials.createInsecure());
  keep({
    stop: async () => {
      client.close();
      routerClient.close();
    },
  });

  let numbers = 0;
  async function addConfig({ url, apiKey, apiSecret, agentName }: LiveKitConfig): Promise<string> {
    const configId = randomUUID();
    const secret = await secretBox.seal(apiSecret, { tenantId, configId, field: 'api_secret' });
    await sql.query(
      `INSERT INTO ${table('voice_agent_livekit')}
         (id, tenant_id, name, url, api_key, api_secret_sealed, trunk_id, worker_name, dial_mode)
       VALUES ($1, $2, $3, $4, $5, $6, 'ST_bench', $7, 'dispatcher')`,
      [configId, tenantId, configId, url, apiKey, JSON.stringify(secret), agentName],
    );
    return configId;
  }
  const routeRequest = (fromNumber: string): RouteCallRequest => ({
    initiatedBy: '',
    tenantId,
    fromNumber,
    toNumber: '+12125550199',
    agentId: 'agent-7',
    purpose: 'PURPOSE_UNSPECIFIED',
    routingKey: randomUUID(),
    minSnapshotVersion: '',
  });
  return {
    database,
    sql,
    tenantId,
    async addNumber(...configs) {
      const routes = [];
      for (const config of configs)
        routes.push({ livekit_config: await addConfig(config), priority: routes.length + 1 });
      const base = `21255501${String(numbers++).padStart(2, '0')}`;
      await sql.query(
        `INSERT INTO ${table('voice_agent_numbers')} (tenant_id, base_number, country_code, rules) VALUES ($1, $2, '1', $3)`,
        [tenantId, base, JSON.stringify({ routes })],
      );
      return `+1${base}`;
    },
    async settle() {
      const { rows } = await sql.query<{ now: string }>(
        `SELECT concat(epoch, '.', version) AS now FROM "${database.schema}".feed_position()`,
      );
      const request = { ...routeRequest('+12125550100'), minSnapshotVersion: rows[0]?.now ?? '' };
      await callUnary(routerClient.routeCall.bind(routerClient), request, { deadline: Date.now() + DEADLINE_MS });
    },
    routeRequest,
    route: (fromNumber) => callUnary(routerClient.routeCall.bind(routerClient), routeRequest(fromNumber)),
    dispatch: (change) =>
      callUnary(
        client.dispatch.bind(client),
        {
          idempotencyKey: randomUUID(),
          initiatedBy: '',
          tenantId,
          toNumber: '+12125550199',
          agentId: 'agent-7',
          purpose: 'PURPOSE_UNSPECIFIED',
          minSnapshotVersion: '',
          metadata: '{"campaign":"spring"}',
          ringingTimeout: undefined,
          maxDuration: undefined,
          waitUntil: 'WAIT_UNTIL_ROOM_READY',
          onAgentLost: 'ON_AGENT_LOST_UNSPECIFIED',
          ...change,
        },
        { deadline: Date.now() + DEADLINE_MS },
      ),
    cancel: (callLogId) =>
      callUnary(
        client.cancelCall.bind(client),
        { callLogId, tenantId, initiatedBy: '' },
        { deadline: Date.now() + DEADLINE_MS },
      ),
    async untilOver() {
      for (const until = Date.now() + DEADLINE_MS; Date.now() < until;) {
        const { rows } = await sql.query<{ open: number }>(
          `SELECT count(*)::int AS open FROM ${table('voice_call_logs')} WHERE state NOT IN ('ended', 'failed', 'cancelled')`,
        );
        if (rows[0]?.open === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error('Calls do not end.');
    },
  };
}
