import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

import { DEFAULT_HOME } from '@dialplane/database';
import type { ResolvedDatabase } from '@dialplane/database';
import type { EnvironmentFallback } from '@dialplane/routing';
import { DEFAULT_LOG_LEVEL, LOG_LEVELS } from '@dialplane/telemetry';
import { readServerUrl } from '@dialplane/tenancy';
import { z } from 'zod';

/** Loopback, as callers are not authenticated yet. */
const DEFAULT_LISTEN = '127.0.0.1:50061';
/** How long a stopping router waits for calls in flight. */
const DEFAULT_DRAIN_MS = 10_000;
/** Of a healthy router: the database is asked for its version every two seconds. */
const MIN_MAX_AGE_MS = 10_000;
const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface Config {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly logLevel: string;
  readonly drainMs: number;
  /** `host:port` for Prometheus; undefined serves no metrics. */
  readonly metricsListen: string | undefined;
  /** The folder of the embedded PostgreSQL and of the snapshot file. */
  readonly home: string;
  /** The age of the configuration beyond which no call is routed, in milliseconds; Infinity: none is too old. */
  readonly maxAgeMs: number;
  /** Where the snapshot is kept; undefined: under `home`, `off`: nowhere. */
  readonly snapshotFile: string | undefined;
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
  SNAPSHOT_MAX_AGE: z.string().default('off').transform(readMaxAge),
  SNAPSHOT_FILE: z.string().min(1).optional(),
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
    SNAPSHOT_MAX_AGE: maxAgeMs,
    SNAPSHOT_FILE: snapshotFile,
  } = parsed.data;
  const environmentFallback = readFallback(parsed.data);
  return { listen, logLevel, drainMs, metricsListen, home, maxAgeMs, snapshotFile, environmentFallback, env };
}

/** The path of the snapshot file, undefined for none. By default each database has its own. */
export function snapshotFileOf({ home, snapshotFile }: Config, database: ResolvedDatabase): string | undefined {
  if (snapshotFile !== undefined) return snapshotFile === 'off' ? undefined : snapshotFile;
  return join(home, `router-${nameOf(database)}.snapshot`);
}

/**
 * What the snapshot file calls the database's server: the embedded one, which has another port now and then, by its
 * folder; undefined: any other, by its host and port.
 */
export function snapshotServerOf(
  { home }: Pick<Config, 'home'>,
  { embedded }: Pick<ResolvedDatabase, 'embedded'>,
): string | undefined {
  return embedded ? `embedded in ${resolve(home)}` : undefined;
}

/** The embedded database has another port now and then. */
function nameOf({ url, schema, embedded }: ResolvedDatabase): string {
  if (embedded) return `embedded-${schema}`;
  const { host, pathname } = new URL(url);
  return createHash('sha256').update(`${host}${pathname}/${schema}`).digest('hex').slice(0, 16);
}

/** `off`, a number of seconds, or a number with its unit: 90, 90s, 5m, 2h, 1d. */
function readMaxAge(text: string, context: z.RefinementCtx): number {
  if (text === 'off') return Infinity;
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  const ms = Number(count) * (MS_PER_UNIT[unit] ?? NaN);
  if (ms >= MIN_MAX_AGE_MS) return ms;
  context.addIssue({ code: 'custom', message: 'must be off, or at least 10 seconds: for example 90, 90s, 5m, 2h, 1d' });
  return z.NEVER;
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
