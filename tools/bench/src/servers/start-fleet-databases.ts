import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { createTestDatabase, startTestPostgres } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import pg from 'pg';

import { parentOf } from '../measure/cpu-time.ts';
import { seedDatabase } from '../fleet/seed-database.ts';

export interface FleetDatabase extends TestDatabase {
  readonly numbers: number;
}

export interface FleetDatabases {
  /** One for each size, in order. */
  readonly databases: readonly FleetDatabase[];
  /** A folder for the run, which goes with the server, however the run ends. */
  readonly folder: string;
  /** The server's process; its connections are its children. */
  readonly pid: number | undefined;
  readonly stop: () => Promise<void>;
}

const GUARD = fileURLToPath(new URL('../../../jest/stop-orphaned-postgres.ts', import.meta.url));

/** Starts a PostgreSQL of the bench's own, with its settings as they come, and fills a database for each size. */
export async function startFleetDatabases(
  sizes: readonly number[],
  onProgress: (line: string) => void,
): Promise<FleetDatabases> {
  const { superuserUrl, folder, stop } = await startTestPostgres();
  // However this run ends, its end closes the guard's standard input, and the server goes too.
  const guard = spawn(process.execPath, [GUARD, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  (guard.stdin as Socket).unref();
  try {
    const databases = [];
    for (const numbers of sizes) {
      const database = await createTestDatabase({ server: superuserUrl });
      const began = performance.now();
      await seedDatabase(database, numbers, folder);
      onProgress(`Filled a database with ${numbers} numbers in ${Math.round(performance.now() - began)} ms`);
      databases.push({ ...database, numbers });
    }
    return { databases, folder, pid: await pidOfServer(superuserUrl), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The process whose child a connection's server process is; undefined where it cannot be known. */
async function pidOfServer(superuserUrl: string): Promise<number | undefined> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0] && parentOf(rows[0].pid);
  } finally {
    await client.end();
  }
}
