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
  /** Further places to send them to. */
  readonly webhookUrls?: readonly string[];
  /** Another node of the same deployment has the same key; one that nobody else has, when unset. */
  readonly key?: { readonly apiKey: string; readonly apiSecret: string };
  /** The TCP port, for a node that comes back where it was; a free one when unset. */
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
}

/** Starts a LiveKit server of its own, on loopback alone. */
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
  const webhooks = [options.webhookUrl ?? [], options.webhookUrls ?? []].flat();
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
    ...(webhooks.length > 0 && { webhook: { urls: webhooks, api_key: apiKey } }),
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
  const { logFile, pid, stop } = server;
  return { url, wsUrl: `ws://127.0.0.1:${port}`, apiKey, apiSecret, logFile, pid, stop };
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
