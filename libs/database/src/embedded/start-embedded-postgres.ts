import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { choosePlace } from './choose-place.ts';
import type { Place } from './choose-place.ts';
import { embeddedUrl, readCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { freePort } from './free-port.ts';
import { makeCluster } from './make-cluster.ts';
import { programOf } from './postgres-binaries.ts';
import { readPostmasterPid, strikeOutStalePid } from './postmaster-pid.ts';
import { runProgram } from './run-program.ts';
import { stopServer } from './stop-embedded-postgres.ts';

export interface EmbeddedPostgres {
  /** By whom they log in, to the database `dialplane`. */
  readonly urls: Readonly<Record<'owner' | 'router' | 'dispatcher' | 'admin', string>>;
  /** By which a superuser logs in, to the database `postgres`. */
  readonly superuserUrl: string;
  readonly dataFolder: string;
  /** Whether it ran already, so that others may be using it. */
  readonly wasRunning: boolean;
  /** Stops the server for everybody, cleanly. */
  stop(): Promise<void>;
}

/** How long a start may take: recovery after a crash included. */
const START_WITHIN_MS = 60_000;
const LOGIN_WITHIN_MS = 2_000;
const LOOK_AGAIN_AFTER_MS = 100;

/**
 * Starts the embedded PostgreSQL whose state lives in `folder`, or attaches to it when it runs already. It
 * belongs to no process: it goes on running until it is stopped. Any number of processes may start it at
 * once. It listens on 127.0.0.1 only, and everybody logs in by password.
 */
export async function startEmbeddedPostgres({
  folder,
  onProgress = () => {},
}: {
  folder: string;
  onProgress?: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const place = await choosePlace(folder, onProgress);
  await makeCluster(place, onProgress);
  return startCluster(place, onProgress);
}

/** Starts the cluster of a place, or attaches to it. */
export async function startCluster(place: Place, onProgress: (message: string) => void): Promise<EmbeddedPostgres> {
  const dataFolder = join(place.clusterFolder, 'data');
  const credentials = await readCredentials(place.clusterFolder);
  const deadline = performance.now() + START_WITHIN_MS;
  let problem = 'it does not answer';
  let wasRunning = true;
  while (performance.now() < deadline) {
    const port = await answeringPort(dataFolder, credentials);
    if (port !== undefined) return attached(place, credentials, port, wasRunning);
    wasRunning = false;
    onProgress('Starting the embedded PostgreSQL');
    await strikeOutStalePid(dataFolder);
    const { exitCode, output } = await startServer(place, await freePort(credentials.port));
    if (exitCode !== 0) {
      // Another process may be starting it, or it is stopping, or the port was taken meanwhile.
      problem = output.trim();
      await sleep(LOOK_AGAIN_AFTER_MS);
    }
  }
  const log = await readFile(join(place.clusterFolder, 'server.log'), 'utf8').catch(() => '');
  throw new Error(
    `The embedded PostgreSQL in ${place.clusterFolder} does not start: ${problem}\n` +
      `The end of its log:\n${log.split('\n').slice(-12).join('\n')}`,
  );
}

function startServer({ account, binaries, clusterFolder }: Place, port: number): ReturnType<typeof runProgram> {
  const args = [
    'start',
    '--wait',
    '--timeout=30',
    '--silent',
    `--pgdata=${join(clusterFolder, 'data')}`,
    `--log=${join(clusterFolder, 'server.log')}`,
    `--options=-p ${port}`,
  ];
  return runProgram(programOf(binaries, 'pg_ctl'), args, { account });
}

/** The port of the running server, once a login works. */
async function answeringPort(dataFolder: string, credentials: Credentials): Promise<number | undefined> {
  const running = await readPostmasterPid(dataFolder);
  if (running === undefined) return undefined;
  const client = new pg.Client({
    connectionString: embeddedUrl(credentials, running.port, 'superuser', 'postgres'),
    connectionTimeoutMillis: LOGIN_WITHIN_MS,
    query_timeout: LOGIN_WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return running.port;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function attached(place: Place, credentials: Credentials, port: number, wasRunning: boolean): EmbeddedPostgres {
  return {
    urls: {
      owner: embeddedUrl(credentials, port, 'owner'),
      router: embeddedUrl(credentials, port, 'router'),
      dispatcher: embeddedUrl(credentials, port, 'dispatcher'),
      admin: embeddedUrl(credentials, port, 'admin'),
    },
    superuserUrl: embeddedUrl(credentials, port, 'superuser', 'postgres'),
    dataFolder: join(place.clusterFolder, 'data'),
    wasRunning,
    stop: () => stopServer(place),
  };
}
