import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { DEFAULT_HOME, DEFAULT_SCHEMA, migrate, startEmbeddedPostgres } from '@dialplane/database';
import { startAgentWorker, startApp } from '@dialplane/real-parts';
import type { AgentWorker } from '@dialplane/real-parts';
import { Listr, PRESET_TIMER } from 'listr2';

import { INDIA, UAE } from './demo-case.ts';
import { loadCase } from './load-case.ts';
import { lockDemo } from './lock-demo.ts';
import { startDeployment } from './start-deployment.ts';
import type { Deployment } from './start-deployment.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where the admin CLI looks too. */
const HOME = process.env.DIALPLANE_HOME || DEFAULT_HOME;
const ROUTER_PORT = 50061;
const DISPATCHER_PORT = 50062;
const AGENT_CALLS_PORT = 50063;
const WEBHOOK_PORT = 50064;

export interface Parts {
  readonly routerAddress: string;
  readonly dispatcherAddress: string;
  readonly worker: AgentWorker;
  /** Where the calls of the first tenant go. */
  readonly uae: Deployment;
}

/** What has been started so far, to be stopped in the opposite order; nothing more is started once it is closed. */
export interface Started {
  readonly parts: { stop(): Promise<void> }[];
  isClosed: boolean;
}

/** Starts PostgreSQL, two LiveKit servers, each with a simulated carrier, router, dispatcher and agent worker, and loads the case. */
export async function startParts(started: Started): Promise<Parts> {
  interface Context extends Parts {
    postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
    webhookPort: HeldPort;
    startingWorker: Promise<AgentWorker>;
    uae: Deployment;
    india: Deployment;
    routerAddress: string;
    dispatcherAddress: string;
    worker: AgentWorker;
  }
  async function keep<T extends { stop(): Promise<void> }>(start: () => Promise<T>): Promise<T> {
    if (started.isClosed) throw new Error('stopped');
    const part = await start();
    started.parts.push(part);
    return part;
  }
  /** For what takes long and can go on beside the rest; whoever needs it waits for it. */
  function startEarly<T extends { stop(): Promise<void> }>(start: () => Promise<T>): Promise<T> {
    const starting = start();
    const stop = () =>
      starting.then(
        (part) => part.stop(),
        () => {},
      );
    started.parts.push({ stop });
    void starting.catch(() => {});
    return starting;
  }
  const app = async (name: 'router' | 'dispatcher', env: Record<string, string>) => {
    const entry = `${ROOT}apps/${name}/src/main.ts`;
    return (
      await keep(() =>
        startApp({
          name,
          entry,
          env: { ...process.env, DATABASE_URL: '', DB_SCHEMA: '', DIALPLANE_HOME: HOME, ...env },
        }),
      )
    ).address;
  };

  const tasks = new Listr<Context>(
    [
      {
        title: 'PostgreSQL',
        task: async (context, task) => {
          const onProgress = (line: string) => {
            task.output = line;
          };
          await keep(() => lockDemo(HOME));
          context.postgres = await startEmbeddedPostgres({ folder: HOME, onProgress });
          if (!context.postgres.wasRunning) started.parts.push(context.postgres);
          await migrate({ ownerUrl: context.postgres.urls.owner, schema: DEFAULT_SCHEMA, onProgress });
          task.title = `PostgreSQL, data in ${context.postgres.dataFolder}`;
        },
      },
      {
        title: 'Two LiveKit servers, each with its Redis and a simulated carrier',
        task: async (context, task) => {
          const onProgress = (line: string) => {
            task.output = line;
          };
          context.webhookPort = await holdPort(WEBHOOK_PORT);
          const webhookUrl = `http://127.0.0.1:${context.webhookPort.port}/webhooks/livekit`;
          const common = { webhookUrl, onProgress, keep };
          context.uae = await startDeployment({ ...common, name: UAE.name, database: 0 });
          context.india = await startDeployment({ ...common, name: INDIA.name, database: 1 });
          const [uae, india] = [context.uae.carrier.url, context.india.carrier.wsUrl];
          context.startingWorker = startEarly(() =>
            startAgentWorker({ ...context.uae.server, agentName: UAE.agentName, apiUrl: uae }),
          );
          task.title = `Two LiveKit servers, behind simulated carriers: ${uae} and ${india}`;
        },
      },
      {
        title: 'Five tenants with one and the same number',
        task: (context) => loadCase(context.postgres, HOME, context),
      },
      {
        title: 'Router',
        task: async (context, task) => {
          context.routerAddress = await app('router', { ROUTER_LISTEN: `127.0.0.1:${await freePort(ROUTER_PORT)}` });
          task.title = `Router on ${context.routerAddress}`;
        },
      },
      {
        title: 'Dispatcher',
        task: async (context, task) => {
          const env = {
            DISPATCHER_LISTEN: `127.0.0.1:${await freePort(DISPATCHER_PORT)}`,
            AGENT_CALLS_LISTEN: `127.0.0.1:${await freePort(AGENT_CALLS_PORT)}`,
            WEBHOOK_LISTEN: `127.0.0.1:${context.webhookPort.port}`,
            ROUTER_ADDRESS: context.routerAddress,
          };
          await context.webhookPort.release();
          context.dispatcherAddress = await app('dispatcher', env);
          task.title = `Dispatcher on ${context.dispatcherAddress}`;
        },
      },
      {
        title: 'Agent worker (a sample: examples/agent-worker)',
        task: async (context, task) => {
          context.worker = await context.startingWorker;
          task.title = `Agent worker ${UAE.agentName}`;
        },
      },
    ],
    { registerSignalListeners: false, rendererOptions: { timer: PRESET_TIMER } },
  );
  return tasks.run({} as Context);
}

interface HeldPort {
  readonly port: number;
  readonly release: () => Promise<void>;
}

/** Nobody else gets the usual port, or any other when it is taken, until it is released. */
async function holdPort(usual: number): Promise<HeldPort> {
  for (const wanted of [usual, 0]) {
    const server = createServer((caller) => caller.destroy())
      .listen(wanted, '127.0.0.1')
      .unref();
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    const { port } = server.address() as AddressInfo;
    return { port, release: () => new Promise((resolve) => server.close(() => resolve())) };
  }
  throw new Error('There is no free port on 127.0.0.1.');
}

/** The usual port, so that the CLI's defaults fit; any other when it is taken. */
async function freePort(usual: number): Promise<number> {
  const { port, release } = await holdPort(usual);
  await release();
  return port;
}
