import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { provideLiveKitServer, startLiveKitServer, startRedis } from '../src/index.ts';

const STARTER = fileURLToPath(new URL('start-and-wait.ts', import.meta.url));

async function isListening(url: string): Promise<boolean> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}

/** Starts a process that starts a part, and resolves with what it says about the part. */
async function startStarter(kind: 'guarded' | 'unguarded') {
  const starter = spawn(process.execPath, [STARTER, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(starter.stdout.setEncoding('utf8'), 'data')) as [string];
  return { starter, part: JSON.parse(line) as { url: string; pid?: number } };
}

test('the run has two LiveKit deployments', async () => {
  const servers = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as { url: string; apiSecret: string }[];
  expect(servers).toHaveLength(2);
  for (const { url, apiSecret } of servers) {
    expect(await (await fetch(url)).text()).toBe('OK');
    expect(apiSecret.length).toBeGreaterThanOrEqual(32);
  }
});

test('what was started is gone when it was stopped', async () => {
  const redis = await startRedis();
  const server = await startLiveKitServer({ redisUrl: redis.url });
  expect(await isListening(server.url)).toBe(true);
  expect(existsSync(server.logFile)).toBe(true);
  await server.stop();
  await redis.stop();
  expect(await isListening(server.url)).toBe(false);
  expect(await isListening(redis.url)).toBe(false);
  expect(existsSync(dirname(server.logFile))).toBe(false);
});

test('a server that cannot start says why, and leaves nothing', async () => {
  await expect(startLiveKitServer({ redisUrl: 'redis://127.0.0.1:1' })).rejects.toThrow(
    /livekit-server ended before it answered.*connection refused/s,
  );
});

describe('when the process that started it is killed', () => {
  test('a part ends by itself', async () => {
    const { starter, part } = await startStarter('guarded');
    expect(await isListening(part.url)).toBe(true);
    starter.kill('SIGKILL');
    while (await isListening(part.url)) await sleep(20);
  });

  test('a process without the guard would go on', async () => {
    const { starter, part } = await startStarter('unguarded');
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await sleep(200);
    expect(await isListening(part.url)).toBe(true);
    process.kill(part.pid ?? Number.NaN);
  });
});

describe('on a machine that has nothing', () => {
  const names = ['PATH', 'XDG_CACHE_HOME', 'LIVEKIT_SERVER_BIN', 'REDIS_URL'];
  let before: Record<string, string | undefined>;
  let emptyFolder: string;

  beforeEach(() => {
    before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    emptyFolder = mkdtempSync(join(tmpdir(), 'dialplane-test-'));
    process.env.PATH = emptyFolder;
    process.env.XDG_CACHE_HOME = emptyFolder;
    delete process.env.LIVEKIT_SERVER_BIN;
    delete process.env.REDIS_URL;
  });

  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(emptyFolder, { recursive: true });
  });

  test('it is said what to install for LiveKit', async () => {
    await expect(provideLiveKitServer()).rejects.toThrow(/Install livekit-server 1\.11\.0 .* or Go/);
  });

  test('it is said what to install for Redis', async () => {
    await expect(startRedis()).rejects.toThrow(/Install redis-server/);
  });

  test('a LIVEKIT_SERVER_BIN that is not there is named', async () => {
    process.env.LIVEKIT_SERVER_BIN = join(emptyFolder, 'livekit-server');
    await expect(provideLiveKitServer()).rejects.toThrow(/LIVEKIT_SERVER_BIN names .*livekit-server, which is not/);
  });

  test('the Redis at REDIS_URL is used, each deployment with its own database, and left running', async () => {
    process.env.REDIS_URL = 'redis://redis.example.com:6380';
    expect((await startRedis({ database: 1 })).url).toBe('redis://redis.example.com:6380/1');
    await (await startRedis()).stop();
  });
});
