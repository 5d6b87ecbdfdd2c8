import { join } from 'node:path';

import { startGuardedProcess } from '@dialplane/real-parts';
import type { AgentWorker, AgentWorkerOptions } from '@dialplane/real-parts';

import { AGENT, provideAgentPython } from './provide-python.ts';

/** The framework's own line once LiveKit may give it jobs. */
const REGISTERED = 'registered worker';
/** It loads some hundred megabytes first. */
const READY_TIMEOUT_MS = 120_000;

/** Starts the Python agent as its README says, and waits until LiveKit may give it jobs. */
export async function startPythonAgent(options: AgentWorkerOptions): Promise<AgentWorker> {
  const { python, env } = await provideAgentPython();
  const worker = await startGuardedProcess({
    name: 'agent-python',
    command: python,
    args: () => [join(AGENT, 'src/agent.py'), 'start'],
    env: {
      ...env,
      LIVEKIT_URL: options.wsUrl,
      LIVEKIT_API_KEY: options.apiKey,
      LIVEKIT_API_SECRET: options.apiSecret,
      AGENT_NAME: options.agentName,
      LIVEKIT_API_URL: options.apiUrl ?? '',
    },
    readyTimeoutMs: READY_TIMEOUT_MS,
    isReady: async (process) => process.output().includes(REGISTERED),
  });
  return { output: worker.output, stop: worker.stop };
}
