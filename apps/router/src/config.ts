import { DEFAULT_HOME } from '@dialplane/database';
import type { EnvironmentFallback } from '@dialplane/routing';
import { DEFAULT_LOG_LEVEL, LOG_LEVELS } from '@dialplane/telemetry';
import { readServerUrl } from '@dialplane/tenancy';
import { z } from 'zod';

/** Loopback, as callers are not authenticated yet. */
const DEFAULT_LISTEN = '127.0.0.1:50061';
/** How long a stopping router waits for calls in flight. */
const DEFAULT_DRAIN_MS = 10_000;

export interface Config {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly logLevel: string;
  readonly drainMs: number;
  /** `host:port` for Prometheus; undefined serves no metrics. */
  readonly metricsListen: string | undefined;
  /** The folder of the embedded PostgreSQL. */
  readonly home: string;
  /** Undefined unless ENVIRONMENT_FALLBACK=on. */
  readonly environmentFallback: EnvironmentFallback | undefined;
  /** The environment itself, for the libraries that read their own variables from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const environment = z.object({
  ROUTER_LISTEN: z.string().default(DEFAULT_LISTEN),
  DIALPLANE_HOME: z.string().default(DEFAULT_HOME),
  METRICS_LISTEN: z.string().optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default(DEFAULT_LOG_LEVEL),
  DRAIN_MS: z.coerce.number().int().min(0).max(600_000).default(DEFAULT_DRAIN_MS),
  ENVIRONMENT_FALLBACK: z.enum(['on', 'off']).default('off'),
  LIVEKIT_URL: z.string().optional(),
  LIVEKIT_SIP_TRUNK_ID: z.string().optional(),
  LIVEKIT_AGENT_NAME: z.string().optional(),
});

/** Reads the environment; throws an error that names each wrong variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) throw new Error(`The environment is not usable:\n${z.prettifyError(parsed.error)}`);
  const {
    ROUTER_LISTEN: listen,
    LOG_LEVEL: logLevel,
    DRAIN_MS: drainMs,
    DIALPLANE_HOME: home,
    METRICS_LISTEN: metricsListen,
  } = parsed.data;
  return { listen, logLevel, drainMs, metricsListen, home, environmentFallback: readFallback(parsed.data), env };
}

function readFallback(read: z.infer<typeof environment>): EnvironmentFallback | undefined {
  if (read.ENVIRONMENT_FALLBACK === 'off') return undefined;
  const { LIVEKIT_URL: url, LIVEKIT_SIP_TRUNK_ID: sipTrunkId, LIVEKIT_AGENT_NAME: agentName } = read;
  if (!url || !sipTrunkId || !agentName) {
    throw new Error('ENVIRONMENT_FALLBACK=on needs LIVEKIT_URL, LIVEKIT_SIP_TRUNK_ID and LIVEKIT_AGENT_NAME as well.');
  }
  const reading = readServerUrl(url);
  if (reading.kind === 'problem') throw new Error(`LIVEKIT_URL is not usable: ${reading.problem}.`);
  return { url, deployment: reading.serverUrl.origin, sipTrunkId, agentName };
}
