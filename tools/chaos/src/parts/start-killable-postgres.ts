import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startEmbeddedPostgres, stopEmbeddedPostgres } from '@dialplane/database';
import { startTestPostgres } from '@dialplane/database/testing';

/** A PostgreSQL of a run's own that goes down and comes back with its data, at the same port. */
export interface KillablePostgres {
  readonly superuserUrl: string;
  readonly port: number;
  /** kill -9 of the postmaster; comes back by recovery. */
  crash(): Promise<void>;
  /** Shut down in order. */
  shutDown(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

const GUARD = fileURLToPath(new URL('../../../jest/stop-orphaned-postgres.ts', import.meta.url));
const GONE_WITHIN_MS = 10_000;

export async function startKillablePostgres(): Promise<KillablePostgres> {
  const { superuserUrl, folder, stop } = await startTestPostgres();
  // However this process ends, its end closes the guard's standard input.
  const guard = spawn(process.execPath, [GUARD, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  const { dataFolder } = await startEmbeddedPostgres({ folder });
  return {
    superuserUrl,
    port: Number(new URL(superuserUrl).port),
    async crash() {
      const [pid] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await untilGone(Number(pid));
    },
    shutDown: () => stopEmbeddedPostgres(folder),
    async start() {
      const again = await startEmbeddedPostgres({ folder });
      if (again.superuserUrl !== superuserUrl) throw new Error('PostgreSQL came back at another place.');
    },
    async stop() {
      await startEmbeddedPostgres({ folder });
      await stop();
      guard.stdin?.end();
    },
  };
}

async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < GONE_WITHIN_MS; waited += 20) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
  throw new Error(`Process ${pid} does not end.`);
}
