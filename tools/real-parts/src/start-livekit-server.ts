import { randomBytes } from 'node:crypto';

import { freeTcpPort, freeUdpPort } from './free-ports.ts';
import type { OnProgress } from './on-progress.ts';
import { provideLiveKitServer } from './provide-livekit-server.ts';
import { retryTakenPort } from './retry-taken-port.ts';
import { startGuardedProcess } from './start-guarded-process.ts';

export interface LiveKitServerOptions {
  /** One Redis, or one database of a Redis, for each deployment. */
  readonly redisUrl: string;
  readonly onProgress?: OnProgress;
  /** Where to send webhooks; none are sent when unset. */
  readonly webhookUrl?: string;
  /** Of a deployment that has servers already: this is another one of it, by its Redis. A new key when unset. */
  readonly key?: { readonly apiKey: string; readonly apiSecret: string };
  /** Of a server that runs no more, whose place this one takes. A free one when unset. */
  readonly port?: number;
}

export interface LiveKitServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `ws://127.0.0.1:<port>`: the same server. */
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly logFile: string;
  /** Its process id. */
  pid(): number;
  stop(): Promise<void>;
  /** Ends it at once, as a crash would: nobody is told. */
  kill(): Promise<void>;
}

/** Starts a LiveKit server of its own, on loopback alone, with a key that nobody else has unless one is given. */
export async function startLiveKitServer(options: LiveKitServerOptions): Promise<LiveKitServer> {
  const command = await provideLiveKitServer(options);
  return retryTakenPort(() => start(command, options));
}

async function start(command: string, options: LiveKitServerOptions): Promise<LiveKitServer> {
  const port = options.port ?? (await freeTcpPort());
  const { apiKey, apiSecret } = options.key ?? {
    apiKey: `API${randomBytes(9).toString('hex')}`,
    apiSecret: randomBytes(32).toString('base64url'),
  };
  const config = {
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: {
      udp_port: await freeUdpPort(),
      // It would listen on every interface.
      tcp_port: 0,
      use_external_ip: false,
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
      ips: { includes: ['127.0.0.1/32'] },
    },
    keys: { [apiKey]: apiSecret },
    redis: redisConfig(options.redisUrl),
    ...(options.webhookUrl !== undefined && { webhook: { urls: [options.webhookUrl], api_key: apiKey } }),
  };
  const url = `http://127.0.0.1:${port}`;
  const server = await startGuardedProcess({
    name: 'livekit-server',
    command,
    args: () => [],
    // Asked to end, it waits for every participant to leave.
    graceSeconds: 2,
    // JSON is YAML. In the environment the secret is on no command line and in no file.
    env: { ...process.env, LIVEKIT_CONFIG: JSON.stringify(config) },
    isReady: async () => (await (await fetch(url, { signal: AbortSignal.timeout(1_000) })).text()) === 'OK',
  });
  return {
    url,
    wsUrl: `ws://127.0.0.1:${port}`,
    apiKey,
    apiSecret,
    logFile: server.logFile,
    pid: server.pid,
    stop: server.stop,
    kill: async () => {
      process.kill(server.pid(), 'SIGKILL');
      await server.stop();
    },
  };
}

function redisConfig(redisUrl: string): Record<string, unknown> {
  const url = new URL(redisUrl);
  return {
    address: `${url.hostname}:${url.port || '6379'}`,
    db: Number(url.pathname.slice(1) || '0'),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' && { use_tls: true }),
  };
}
