import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { DispatcherClient } from '@dialplane/contracts';
import { createTestDatabase } from '@dialplane/database/testing';
import { startAgentWorker, startApp, startRedis } from '@dialplane/real-parts';
import { credentials } from '@grpc/grpc-js';
import pg from 'pg';

import { closeAgentConnections } from '../agents/agent-connection.ts';
import { createAgentLog } from '../agents/agent-log.ts';
import type { AgentLog } from '../agents/agent-log.ts';
import type { Manner } from '../agents/manners.ts';
import { mannerOf, runAgentJob } from '../agents/run-agent-job.ts';
import { installAudit } from '../checker/install-audit.ts';
import type { Sql } from '../checker/install-audit.ts';
import { startLightWorker } from '../light-worker.ts';
import type { Killable } from './killable.ts';
import { lastingPort } from './lasting-port.ts';
import { seedFleet } from './seed-fleet.ts';
import type { Tenant } from './seed-fleet.ts';
import { createDispatcher } from './start-dispatcher.ts';
import { startLiveKitCluster } from './start-killable-livekit.ts';
import type { LiveKitCluster } from './start-killable-livekit.ts';
import { startKillablePostgres } from './start-killable-postgres.ts';
import type { KillablePostgres } from './start-killable-postgres.ts';
import { startTcpProxy } from './start-tcp-proxy.ts';
import type { TcpProxy } from './start-tcp-proxy.ts';

export interface StageOptions {
  readonly seed: number;
  readonly dispatchers: number;
  readonly tenants: number;
  readonly realAgents: boolean;
  /** How long an answered call is talked, at the most, in milliseconds. */
  readonly talkMs: number;
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
  readonly logFolder: string;
  /** How every light agent behaves; drawn for each, when unset. */
  readonly manner?: Manner;
  /** A module that is loaded into the dispatchers first. */
  readonly preload?: string;
}

/** Everything that a run is about, up and running. */
export interface Stage {
  readonly sql: Sql;
  readonly schema: string;
  readonly postgres: KillablePostgres;
  readonly dispatchers: readonly Killable[];
  readonly clients: readonly DispatcherClient[];
  readonly cluster: LiveKitCluster;
  readonly simulators: readonly CarrierSimulator[];
  readonly ringFiles: readonly string[];
  readonly proxies: Readonly<Record<string, TcpProxy>>;
  readonly tenants: readonly Tenant[];
  readonly agents: AgentLog;
  stop(): Promise<void>;
}

const ROUTER = fileURLToPath(new URL('../../../../apps/router/src/main.ts', import.meta.url));
const NODES = 2;
const TRUNK = 'ST_chaos';
const REAL_AGENT = 'real-agent';
/** LiveKit needs as much to say that no worker took the job. */
const AGENT_READY_MS = 15_000;
const CLAIM_WITHIN_MS = 4_000;
/** Later than an agent may claim. */
const LATE_MS = 5_000;
/** The longest pause before a dispatcher that was away is tried again. */
const RECONNECT_MS = 1_000;

/** Starts all of it; what was started is stopped again when something does not start. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.reverse()) await end();
  };
  try {
    return { ...(await start(options, (end) => stops.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { seed, talkMs, leaseMs, preload, realAgents, ...options }: StageOptions,
  later: (stop: () => unknown) => void,
): Promise<Omit<Stage, 'stop'>> {
  const logFolder = resolve(options.logFolder);
  mkdirSync(logFolder, { recursive: true });
  const postgres = await startKillablePostgres();
  later(postgres.stop);
  const { urls, schema } = await createTestDatabase({ server: postgres.superuserUrl });
  const sql = ownerSql(urls.owner);
  await installAudit(sql, schema);
  const redis = await startRedis();
  later(redis.stop);

  const ports = [];
  for (let n = 0; n < options.dispatchers; n++) {
    ports.push({ dispatcher: await lastingPort(), agentCalls: await lastingPort(), webhooks: await lastingPort() });
  }
  // Any dispatcher hears what any node tells.
  const webhooks = await startTcpProxy({ targets: ports.map((port) => port.webhooks) });
  later(webhooks.close);
  const webhookUrl = `http://127.0.0.1:${webhooks.port}/webhooks/livekit`;
  const cluster = await startLiveKitCluster({ redisUrl: redis.url, nodes: NODES, webhookUrl });
  for (const node of cluster.nodes) later(node.stop);

  const proxies: Record<string, TcpProxy> = {};
  const addProxy = async (name: string, targets: readonly number[]): Promise<TcpProxy> => {
    const proxy = await startTcpProxy({ targets });
    later(proxy.close);
    return (proxies[name] = proxy);
  };
  const run = randomUUID();
  const ringFiles = cluster.nodes.map(({ name }) => join(logFolder, `rings-${run}-${name}.jsonl`));
  const simulators = [];
  for (const [n, node] of cluster.nodes.entries()) {
    const simulator = await startCarrierSimulator({
      upstream: node.url,
      ...cluster.key,
      trunks: [TRUNK],
      webhookUrl,
      ringsFile: ringFiles[n] ?? '',
    });
    later(simulator.stop);
    simulators.push(simulator);
    await addProxy(`the way to ${node.name}`, [portOf(simulator.url)]);
  }
  const kek = randomBytes(32).toString('base64');
  const deployments = cluster.nodes.map(({ name }) => ({
    url: `http://127.0.0.1:${proxies[`the way to ${name}`]?.port}`,
    lightAgent: `light-agent-of-${name}`,
  }));
  const fleet = { sql, schema, kek, key: cluster.key, deployments, realAgent: REAL_AGENT, trunk: TRUNK };
  const tenants = await seedFleet({ ...fleet, tenants: options.tenants });

  const settings = { DB_SCHEMA: schema, SNAPSHOT_FILE: 'off' };
  const router = await startApp({
    name: 'router',
    entry: ROUTER,
    env: { ...process.env, ...settings, DATABASE_URL: urls.router, ROUTER_LISTEN: '127.0.0.1:0' },
  });
  later(router.stop);
  const agentCalls = await addProxy(
    'the way from agents',
    ports.map((port) => port.agentCalls),
  );
  const dispatchers: Killable[] = [];
  for (const [n, port] of ports.entries()) {
    const name = `dispatcher-${n + 1}`;
    const toDatabase = await addProxy(`the way from ${name} to PostgreSQL`, [postgres.port]);
    const databaseUrl = Object.assign(new URL(urls.dispatcher), { port: String(toDatabase.port) }).href;
    const env = {
      ...settings,
      DIALPLANE_KEK: kek,
      ROUTER_ADDRESS: router.address,
      AGENT_CALLS_ADDRESS: `127.0.0.1:${agentCalls.port}`,
      AGENT_READY_MS: String(AGENT_READY_MS),
      CLAIM_WITHIN_MS: String(CLAIM_WITHIN_MS),
      LEASE_MS: String(leaseMs),
      DRAIN_MS: '500',
    };
    const dispatcher = createDispatcher({
      name,
      ports: port,
      databaseUrl,
      env,
      logFolder,
      ...(preload && { preload }),
    });
    later(dispatcher.stop);
    dispatchers.push(dispatcher);
  }
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.start()));
  const clients = ports.map(
    (port) =>
      new DispatcherClient(`127.0.0.1:${port.dispatcher}`, credentials.createInsecure(), {
        'grpc.max_reconnect_backoff_ms': RECONNECT_MS,
        'grpc.initial_reconnect_backoff_ms': 100,
      }),
  );
  later(() => clients.forEach((client) => client.close()));

  const agents = createAgentLog();
  const manner = options.manner === undefined ? {} : { manner: options.manner };
  later(closeAgentConnections);
  for (const [n, { wsUrl }] of cluster.nodes.entries()) {
    const liveKit = { apiUrl: simulators[n]?.url ?? '', ...cluster.key };
    const worker = startLightWorker({
      wsUrl,
      ...cluster.key,
      agentName: deployments[n]?.lightAgent ?? '',
      isAvailable: ({ metadata }) => mannerOf({ seed, ...manner }, metadata) !== 'absent',
      onJob: (job) => runAgentJob({ wsUrl, liveKit, log: agents, seed, ...manner, lateMs: LATE_MS, talkMs }, job),
    });
    later(worker.stop);
    await worker.untilRegistered();
  }
  const [firstNode] = cluster.nodes;
  if (realAgents && firstNode !== undefined) {
    const real = await startAgentWorker({ wsUrl: firstNode.wsUrl, ...cluster.key, agentName: REAL_AGENT });
    later(real.stop);
  }
  return { sql, schema, postgres, dispatchers, clients, cluster, simulators, ringFiles, proxies, tenants, agents };
}

const portOf = (url: string): number => Number(new URL(url).port);

/** A connection for each statement: the server comes and goes. */
function ownerSql(connectionString: string): Sql {
  return async <Row>(text: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text, values)).rows as Row[];
    } finally {
      await client.end().catch(() => {});
    }
  };
}
