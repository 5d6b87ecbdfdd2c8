import { join } from 'node:path';

import { startAgentWorker, startApp } from '@dialplane/real-parts';
import type { AgentWorker } from '@dialplane/real-parts';

import { KEK } from './case.ts';
import type { Case, Server } from './case.ts';

const APPS = join(import.meta.dirname, '../..');

export interface Services {
  readonly routerAddress: string;
  readonly dispatcherAddress: string;
  readonly worker: AgentWorker;
  stop(): Promise<void>;
}

/** Starts a router, a dispatcher and a sample worker as processes of their own, on the case's database. */
export async function startServices({ database }: Case, server: Server, agentName: string): Promise<Services> {
  const { ROUTER_ADDRESS: _r, DISPATCHER_ADDRESS: _d, ...rest } = process.env;
  const env = { ...rest, DB_SCHEMA: database.schema, DRAIN_MS: '200' };
  const router = await startApp({
    name: 'router',
    entry: join(APPS, 'router/src/main.ts'),
    env: { ...env, DATABASE_URL: database.urls.router, ROUTER_LISTEN: '127.0.0.1:0' },
  });
  const dispatcher = await startApp({
    name: 'dispatcher',
    entry: join(APPS, 'dispatcher/src/main.ts'),
    env: {
      ...env,
      DATABASE_URL: database.urls.dispatcher,
      DISPATCHER_LISTEN: '127.0.0.1:0',
      AGENT_CALLS_LISTEN: '127.0.0.1:0',
      WEBHOOK_LISTEN: '127.0.0.1:0',
      ROUTER_ADDRESS: router.address,
      DIALPLANE_KEK: KEK,
    },
  });
  const worker = await startAgentWorker({ ...server, agentName });
  return {
    routerAddress: router.address,
    dispatcherAddress: dispatcher.address,
    worker,
    stop: async () => {
      await Promise.all([worker.stop(), dispatcher.stop()]);
      await router.stop();
    },
  };
}
