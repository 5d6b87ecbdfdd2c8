import { access } from 'node:fs/promises';
import { createConnection } from 'node:net';

import { findOnPath } from './find-on-path.ts';
import { freeTcpPort } from './free-ports.ts';
import type { OnProgress } from './on-progress.ts';
import { retryTakenPort } from './retry-taken-port.ts';
import { runToEnd } from './run-to-end.ts';
import { startGuardedProcess } from './start-guarded-process.ts';

export interface Redis {
  /** `redis://127.0.0.1:<port>`, or REDIS_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface RedisOptions {
  readonly onProgress?: OnProgress;
  /**
   * Which database of REDIS_URL's server to use, for a second deployment beside the first; 0 when unset.
   * A Redis that is started here is used by one deployment alone.
   */
  readonly database?: number;
}

/** In this run level Debian's init scripts start no service; ours is to be the only one. */
const NO_SERVICES = { RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };

/**
 * The Redis at REDIS_URL, which is left as it is; else one of our own on loopback, without persistence.
 * On Debian, as root, redis-server is installed when it is missing.
 */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const given = process.env.REDIS_URL;
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given)) throw new Error('REDIS_URL is not a URL. Write it as redis://host:6379.');
    const url = new URL(given);
    if (options.database !== undefined) url.pathname = `/${options.database}`;
    return { url: url.href, stop: async () => {} };
  }
  const command = (await findOnPath('redis-server')) ?? (await install(options.onProgress ?? (() => {})));
  return retryTakenPort(() => startOwn(command));
}

async function startOwn(command: string): Promise<Redis> {
  const port = await freeTcpPort();
  const redis = await startGuardedProcess({
    name: 'redis',
    command,
    args: (folder) => [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    isReady: () => answersPing(port),
  });
  return { url: `redis://127.0.0.1:${port}`, stop: redis.stop };
}

async function install(onProgress: OnProgress): Promise<string> {
  const isDebian = await access('/etc/debian_version').then(
    () => true,
    () => false,
  );
  const aptGet = await findOnPath('apt-get');
  if (process.getuid?.() === 0 && isDebian && aptGet !== undefined) {
    onProgress('LiveKit needs Redis, and there is none: installing Debian’s redis-server');
    const env = { ...process.env, ...NO_SERVICES };
    await runToEnd(aptGet, ['update'], { env });
    await runToEnd(aptGet, ['install', '-y', '--no-install-recommends', 'redis-server'], { env });
    const installed = await findOnPath('redis-server');
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'LiveKit needs Redis, and there is none. Install redis-server (on the PATH), or set REDIS_URL, and run this again.',
  );
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (reply) => {
      resolve(reply.toString('latin1').startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => resolve(false)).on('close', () => resolve(false));
  });
}
