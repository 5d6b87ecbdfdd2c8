import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { AgentWorker } from '@dialplane/real-parts';

import { ACME } from './demo-case.ts';
import type { Started } from './start-parts.ts';

const CLI = fileURLToPath(new URL('../../../apps/admin-cli/src/main.ts', import.meta.url));
/** Without a dispatcher nobody needs to go on watching. */
const PATIENCE_SECONDS = '5';
/** How long the sample agent gets to leave once the call is over, in milliseconds. */
const LEAVES_WITHIN_MS = 5_000;

/** Shows by the CLI what happens to the call as it happens. Rejects when its callee was not reached. */
export async function showCall(started: Started, dispatcherAddress: string, callLogId: string): Promise<void> {
  if (started.isClosed) throw new Error('stopped');
  const args = [CLI, 'call', 'watch', callLogId, '--tenant', ACME.id, '--dispatcher', dispatcherAddress];
  const cli = spawn(process.execPath, [...args, '--patience', PATIENCE_SECONDS], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(cli, 'close') as Promise<[number | null]>;
  const stop = async (): Promise<void> => {
    cli.kill('SIGINT');
    await ended;
  };
  started.parts.push({ stop });
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new Error('The call did not come to its end as it should have.');
}

/** What the sample agent was told about its dial, in order, once it has left. */
export async function whatTheAgentHeard(worker: AgentWorker, callLogId: string): Promise<string> {
  for (const until = Date.now() + LEAVES_WITHIN_MS; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const said = worker
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{"event":') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, string>);
    const dials = said.filter(({ event, call_log_id }) => event === 'dial' && call_log_id === callLogId);
    const hasLeft = said.some(({ event, job_id }) => event === 'left' && job_id === dials[0]?.job_id);
    if (!hasLeft && Date.now() < until) continue;
    return dials.map(({ state = '' }) => state.replace('ATTEMPT_STATE_', '').toLowerCase()).join(', ');
  }
}
