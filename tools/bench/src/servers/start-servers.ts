import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { GoPrograms } from '../provide-go-programs.ts';
import type { PythonService } from '../provide-python.ts';
import type { FleetDatabase } from './start-fleet-databases.ts';
import { startServer } from './start-server.ts';
import type { Server } from './start-server.ts';

/**
 * What Node is started with, the router and all that it is compared with: what `npm run router` has. Memory in large
 * pages, without which a look-up among a million rows waits for the processor to find the page.
 */
export const NODE_ENVIRONMENT = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

const here = (path: string): string => join(import.meta.dirname, path);
const ROUTER = here('../../../../apps/router/src/main.ts');
const PROBE = here('../probe/watch-event-loop.ts');

/** A router with a probe in its event loop, which sleeps until it is woken. */
export interface Router extends Server {
  readonly database: FleetDatabase;
  /** Where the probe writes. */
  readonly probeFile: string;
}

/** Starts the router as an operator does, on a database of its own, with a home of its own. */
export async function startRouter(database: FleetDatabase, folder: string): Promise<Router> {
  const name = `router-${database.numbers}`;
  const home = join(folder, name);
  await mkdir(home);
  const probeFile = join(home, 'event-loop.json');
  const server = await startServer({
    name,
    command: process.execPath,
    args: [`--import=${PROBE}`, ROUTER],
    env: {
      ...NODE_ENVIRONMENT,
      DATABASE_URL: database.urls.router,
      DATABASE_OWNER_URL: '',
      DB_SCHEMA: database.schema,
      DIALPLANE_HOME: home,
      ROUTER_LISTEN: '127.0.0.1:0',
      BENCH_EVENT_LOOP_FILE: probeFile,
    },
  });
  return { ...server, database, probeFile };
}

/** The bare @grpc/grpc-js. */
export function startEcho(repliesFile: string): Promise<Server> {
  return startServer({
    name: 'echo',
    command: process.execPath,
    args: [here('echo.ts'), repliesFile],
    env: NODE_ENVIRONMENT,
  });
}

/** The bare grpc-go. */
export function startGoEcho({ echo }: GoPrograms, repliesFile: string): Promise<Server> {
  return startServer({ name: 'go-echo', command: echo, args: [repliesFile] });
}

/** The present approach in Node. Both log in as the owner, whom row level security does not slow down. */
export function startNodeService({ urls, schema }: FleetDatabase): Promise<Server> {
  return startServer({
    name: 'node-3sql',
    command: process.execPath,
    args: [here('three-queries.ts'), schema],
    env: { ...NODE_ENVIRONMENT, DATABASE_URL: urls.owner },
  });
}

/** The present approach in Python. */
export function startPythonService(
  { python, args }: PythonService,
  { urls, schema }: FleetDatabase,
  how: 'plain' | 'tuned',
): Promise<Server> {
  return startServer({
    name: `python-3sql-${how}`,
    command: python,
    args: [...args, schema, how],
    env: { DATABASE_URL: urls.owner },
  });
}
