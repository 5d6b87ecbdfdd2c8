import { fileURLToPath } from 'node:url';

import { AgentCallsClient, DispatcherClient } from '@dialplane/contracts';
import { startGuardedProcess } from '@dialplane/real-parts';
import { credentials } from '@grpc/grpc-js';

import type { Case } from './case.ts';

export interface DispatcherProcess {
  readonly client: DispatcherClient;
  readonly agentCalls: AgentCallsClient;
  /** `host:port` */
  readonly webhookAddress: string;
  readonly output: () => string;
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const LISTENING = /"address":"([^"]+)","agentCalls":"([^"]+)","webhooks":"([^"]+)"[^\n]*dispatcher is listening/;

/** A dispatcher in a process of its own, at a case's database and router. `preload`: loaded before it. */
export async function startDispatcherProcess(
  parts: Pick<Case, 'dispatcherEnv'>,
  env: Readonly<Record<string, string>> = {},
  preload?: string,
): Promise<DispatcherProcess> {
  const running = await startGuardedProcess({
    name: 'dispatcher',
    command: process.execPath,
    args: () => [...(preload === undefined ? [] : ['--import', preload]), ENTRY],
    env: { ...process.env, ...parts.dispatcherEnv, LOG_LEVEL: 'info', ...env },
    isReady: async ({ output }) => LISTENING.test(output()),
  });
  const [, address = '', agentCallsAddress = '', webhookAddress = ''] = LISTENING.exec(running.output()) ?? [];
  const client = new DispatcherClient(address, credentials.createInsecure());
  const agentCalls = new AgentCallsClient(agentCallsAddress, credentials.createInsecure());
  return {
    client,
    agentCalls,
    webhookAddress,
    output: running.output,
    pid: running.pid,
    stop: async () => {
      client.close();
      agentCalls.close();
      await running.stop();
    },
  };
}
