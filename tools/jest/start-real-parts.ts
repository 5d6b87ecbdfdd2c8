import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { startTestPostgres } from '@dialplane/database/testing';
import { startLiveKitServer, startRedis } from '@dialplane/real-parts';

import stopRealParts from './stop-real-parts.ts';

declare global {
  /** What the run has started, in order; `stop-real-parts.ts` stops it in reverse. */
  var startedRealParts: { stop(): Promise<void> }[] | undefined;
}

/** Starts what every `*.real.test.ts` may use, and tells the tests where it is through the environment. */
export default async function startRealParts(): Promise<void> {
  try {
    await startPostgres();
    await startLiveKit();
  } catch (error) {
    await stopRealParts(); // Jest does not, when the start fails.
    throw error;
  }
}

const GUARD = fileURLToPath(new URL('./stop-orphaned-postgres.ts', import.meta.url));

/** DIALPLANE_TEST_POSTGRES: a superuser's URL, for `createTestDatabase`. */
async function startPostgres(): Promise<void> {
  const postgres = stopLater(await startTestPostgres());
  // Routers of tests keep no snapshot, unless a test says where.
  process.env.SNAPSHOT_FILE = 'off';
  process.env.DIALPLANE_TEST_POSTGRES = postgres.superuserUrl;
  // However this run ends, its end closes the guard's standard input.
  const guard = spawn(process.execPath, [GUARD, postgres.folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
}

/** How many LiveKit deployments the tests get. */
const DEPLOYMENTS = [0, 1];

/**
 * DIALPLANE_TEST_LIVEKIT: a JSON array of two separate deployments, `{url, wsUrl, apiKey, apiSecret}` each;
 * DIALPLANE_TEST_REDIS: the URL of the first one's Redis.
 */
async function startLiveKit(): Promise<void> {
  const onProgress = (message: string): void => console.error(message);
  const servers = [];
  for (const database of DEPLOYMENTS) {
    const redis = stopLater(await startRedis({ database, onProgress }));
    const server = stopLater(await startLiveKitServer({ redisUrl: redis.url, onProgress }));
    servers.push({ url: server.url, wsUrl: server.wsUrl, apiKey: server.apiKey, apiSecret: server.apiSecret });
    process.env.DIALPLANE_TEST_REDIS ??= redis.url;
  }
  process.env.DIALPLANE_TEST_LIVEKIT = JSON.stringify(servers);
}

function stopLater<Part extends { stop(): Promise<void> }>(part: Part): Part {
  (globalThis.startedRealParts ??= []).push(part);
  return part;
}
