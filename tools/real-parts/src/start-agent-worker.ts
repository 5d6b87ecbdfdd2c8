import { fileURLToPath } from 'node:url';

import { startGuardedProcess } from './start-guarded-process.ts';

export interface AgentWorkerOptions {
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** What it registers under. */
  readonly agentName: string;
  /** Where it dials in the dial mode `claiming`; `wsUrl` when unset. */
  readonly apiUrl?: string;
}

export interface AgentWorker {
  /** Everything it wrote: one JSON object a line, its own and LiveKit's. */
  output(): string;
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../../../examples/agent-worker/src/main.ts', import.meta.url));
/** The line that the worker writes once LiveKit may give it jobs. */
const REGISTERED = '"event":"registered"';
/** It loads some hundred megabytes first. */
const READY_TIMEOUT_MS = 60_000;
/** It ends its own processes first. */
const GRACE_SECONDS = 20;

/** Starts the sample agent as a process of its own, and waits until LiveKit may give it jobs. */
export async function startAgentWorker(options: AgentWorkerOptions): Promise<AgentWorker> {
  const worker = await startGuardedProcess({
    name: 'agent-worker',
    command: process.execPath,
    args: () => [ENTRY],
    env: {
      ...process.env,
      LIVEKIT_URL: options.wsUrl,
      LIVEKIT_API_KEY: options.apiKey,
      LIVEKIT_API_SECRET: options.apiSecret,
      AGENT_NAME: options.agentName,
      LIVEKIT_API_URL: options.apiUrl ?? '',
    },
    readyTimeoutMs: READY_TIMEOUT_MS,
    graceSeconds: GRACE_SECONDS,
    isReady: async (process) => process.output().includes(REGISTERED),
  });
  return { output: worker.output, stop: worker.stop };
}
