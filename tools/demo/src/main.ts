import { parseArgs } from 'node:util';

import { ACME, AGENT, BASE_NUMBER, TENANTS, TO_NUMBER } from './demo-case.ts';
import { placeCall } from './place-call.ts';
import { showCall, whatTheAgentHeard } from './show-call.ts';
import { showDecisions } from './show-decisions.ts';
import { startParts } from './start-parts.ts';
import type { Parts, Started } from './start-parts.ts';

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
const started: Started = { parts: [], isClosed: false };
let starting: Promise<unknown> = Promise.resolve();
let stopping: Promise<void> | undefined;

/** Stops what was started, last first; a second call waits for the first. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    console.log('\nStopping …');
    started.isClosed = true;
    await starting.catch(() => {});
    for (const part of started.parts.toReversed()) await part.stop().catch((error: unknown) => console.error(error));
    console.log('Stopped. The data stay for the next time.');
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(process.exitCode ?? 0)));
}

function showNext({ routerAddress, dispatcherAddress }: Parts, callLogId: string): void {
  const at = (option: string, address: string, usual: string) => (address === usual ? '' : ` ${option} ${address}`);
  const router = at('--router', routerAddress, '127.0.0.1:50061');
  const dispatcher = at('--dispatcher', dispatcherAddress, '127.0.0.1:50062');
  console.log(`
Try next, in another terminal${values.once ? ' (while a demo without --once is running)' : ''}:
  npx dialplane number check ${BASE_NUMBER} --tenant ${ACME.id}
  npx dialplane route explain --from ${BASE_NUMBER} --to ${TO_NUMBER} --initiated-by ${TENANTS[1]?.userId}${router}
  npx dialplane call test --from ${BASE_NUMBER} --to ${TO_NUMBER} --agent ${AGENT.id} --initiated-by ${ACME.userId}${dispatcher}
  npx dialplane call show ${callLogId} --tenant ${ACME.id}${dispatcher}`);
}

try {
  const startingParts = startParts(started);
  starting = startingParts;
  const parts = await startingParts;
  console.log('\nThe same number belongs to five tenants. Where does a call from it go?');
  await showDecisions(parts.routerAddress);
  console.log('\nA call, started by a user of the first:');
  const callLogId = await placeCall(parts.dispatcherAddress);
  console.log('\nThe dispatcher dials through the simulated carrier:');
  await showCall(started, parts.dispatcherAddress, callLogId);
  console.log(`  The agent was told: ${await whatTheAgentHeard(parts.worker, callLogId)}`);
  showNext(parts, callLogId);
  if (values.once) await stop();
  else console.log('\nRunning. Ctrl-C stops everything.');
} catch (error) {
  if (stopping === undefined) {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await stop();
}
