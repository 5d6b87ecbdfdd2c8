import { DEFAULT_HOME } from '@dialplane/database';
import { DEFAULT_LOG_LEVEL, LOG_LEVELS } from '@dialplane/telemetry';
import { readServerUrl } from '@dialplane/tenancy';
import { z } from 'zod';

/** Loopback, as callers are not authenticated yet. */
const DEFAULT_LISTEN = '127.0.0.1:50062';
/** Loopback, as nothing encrypts what agents and LiveKit servers send: a proxy that does may stand before them. */
const DEFAULT_AGENT_CALLS_LISTEN = '127.0.0.1:50063';
const DEFAULT_WEBHOOK_LISTEN = '127.0.0.1:50064';
const DEFAULT_ROUTER_ADDRESS = '127.0.0.1:50061';
/** How long a stopping dispatcher waits for calls in flight. */
const DEFAULT_DRAIN_MS = 10_000;
const DEFAULT_AGENT_READY_MS = 20_000;
/** LiveKit looks for a worker for 10 s, and lists a job up to 5 s late: before then, no job is no evidence. */
const MIN_AGENT_READY_MS = 15_000;

const ADDRESS = /^\S+:\d{1,5}$/;

const DEFAULT_CLAIM_WITHIN_MS = 15_000;
/** It is renewed three times in that time. */
const DEFAULT_LEASE_MS = 15_000;
const MIN_LEASE_MS = 1_000;
/** Each looks into its room four times a second until its agent is there. */
const DEFAULT_MAX_CALLS = 500;

/** Credentials of the environment fallback. */
export interface EnvironmentCredential {
  readonly url: string;
  /** The URL's http or https origin. */
  readonly deployment: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface Config {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  /** Where agents' calls are taken: `host:port`; port 0 takes a free one. */
  readonly agentCallsListen: string;
  /** `host:port` that agents are told to ask; undefined: where AgentCalls listens. */
  readonly agentCallsAddress: string | undefined;
  /** Where LiveKit servers' webhooks are taken: `host:port`; port 0 takes a free one. */
  readonly webhookListen: string;
  /** `host:port` of the router. */
  readonly routerAddress: string;
  readonly logLevel: string;
  readonly drainMs: number;
  /** How long an agent may take to come into its room. */
  readonly agentReadyMs: number;
  /** How long an agent that is in its room may take to claim the dial. */
  readonly claimWithinMs: number;
  /** How long a call stays with a dispatcher of which nothing is heard, before another one takes it over. */
  readonly leaseMs: number;
  /** How many calls are carried out at once before their callees have answered. */
  readonly maxCalls: number;
  /** The folder of the embedded PostgreSQL and its key file. */
  readonly home: string;
  /** Undefined unless ENVIRONMENT_FALLBACK=on. */
  readonly environmentCredential: EnvironmentCredential | undefined;
  /** The environment itself, for the libraries that read their own variables from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const environment = z.object({
  DISPATCHER_LISTEN: z.string().default(DEFAULT_LISTEN),
  AGENT_CALLS_LISTEN: z.string().default(DEFAULT_AGENT_CALLS_LISTEN),
  AGENT_CALLS_ADDRESS: z.string().regex(ADDRESS, 'must be host:port').optional(),
  WEBHOOK_LISTEN: z.string().default(DEFAULT_WEBHOOK_LISTEN),
  ROUTER_ADDRESS: z.string().default(DEFAULT_ROUTER_ADDRESS),
  DIALPLANE_HOME: z.string().default(DEFAULT_HOME),
  LOG_LEVEL: z.enum(LOG_LEVELS).default(DEFAULT_LOG_LEVEL),
  DRAIN_MS: z.coerce.number().int().min(0).max(600_000).default(DEFAULT_DRAIN_MS),
  AGENT_READY_MS: z.coerce.number().int().min(MIN_AGENT_READY_MS).max(120_000).default(DEFAULT_AGENT_READY_MS),
  CLAIM_WITHIN_MS: z.coerce.number().int().min(1_000).max(120_000).default(DEFAULT_CLAIM_WITHIN_MS),
  LEASE_MS: z.coerce.number().int().min(MIN_LEASE_MS).max(60_000).default(DEFAULT_LEASE_MS),
  MAX_CALLS_IN_PROGRESS: z.coerce.number().int().min(1).max(100_000).default(DEFAULT_MAX_CALLS),
  ENVIRONMENT_FALLBACK: z.enum(['on', 'off']).default('off'),
  LIVEKIT_URL: z.string().optional(),
  LIVEKIT_API_KEY: z.string().optional(),
  LIVEKIT_API_SECRET: z.string().optional(),
});

/** Reads the environment; throws an error that names each wrong variable and never shows a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) throw new Error(`The environment is not usable:\n${z.prettifyError(parsed.error)}`);
  return {
    listen: parsed.data.DISPATCHER_LISTEN,
    agentCallsListen: parsed.data.AGENT_CALLS_LISTEN,
    agentCallsAddress: parsed.data.AGENT_CALLS_ADDRESS,
    webhookListen: parsed.data.WEBHOOK_LISTEN,
    routerAddress: parsed.data.ROUTER_ADDRESS,
    logLevel: parsed.data.LOG_LEVEL,
    drainMs: parsed.data.DRAIN_MS,
    agentReadyMs: parsed.data.AGENT_READY_MS,
    claimWithinMs: parsed.data.CLAIM_WITHIN_MS,
    leaseMs: parsed.data.LEASE_MS,
    maxCalls: parsed.data.MAX_CALLS_IN_PROGRESS,
    home: parsed.data.DIALPLANE_HOME,
    environmentCredential: readEnvironmentCredential(parsed.data),
    env,
  };
}

function readEnvironmentCredential(read: z.infer<typeof environment>): EnvironmentCredential | undefined {
  if (read.ENVIRONMENT_FALLBACK === 'off') return undefined;
  const { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = read;
  if (!url || !apiKey || !apiSecret) {
    throw new Error('ENVIRONMENT_FALLBACK=on needs LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET as well.');
  }
  const reading = readServerUrl(url);
  if (reading.kind === 'problem') throw new Error(`LIVEKIT_URL is not usable: ${reading.problem}.`);
  return { url, deployment: reading.serverUrl.origin, apiKey, apiSecret };
}
