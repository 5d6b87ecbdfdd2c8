import { parseArgs } from 'node:util';

import { placeCall } from './place-call.ts';
import { showCall, whatTheAgentHeard } from './show-call.ts';
import { showDecisions } from './show-decisions.ts';
import { whatToTryNext } from './what-to-try-next.ts';
import { startParts } from './start-parts.ts';
import type { Started } from './start-parts.ts';

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
  console.log(whatToTryNext(parts, callLogId, values.once));
  if (values.once) await stop();
  else console.log('\nRunning. Ctrl-C stops everything.');
} catch (error) {
  if (stopping === undefined) {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await stop();
}
