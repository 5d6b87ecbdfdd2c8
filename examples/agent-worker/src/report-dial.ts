import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { HungUpBy, type AgentCallsClient, type AttemptState } from '@dialplane/contracts';

import { isRefusal, type Asker } from './agent-calls.ts';
import { wait } from './wait.ts';

export interface DialStep {
  readonly state: AttemptState;
  /** Of a failed dial; 0: none. */
  readonly sipCode?: number;
  /** Of an ended call. */
  readonly hungUpBy?: HungUpBy;
}

const TRY_MS = 5_000;
const PAUSE_MS = 250;
const TRIES = 20;

/**
 * Says how the dial goes; each step once the one before has arrived. Nothing waits for it but the end of the job:
 * the dispatcher watches the room as well.
 */
export function createReporter(client: AgentCallsClient, asker: Asker, signal: AbortSignal) {
  let arrived = Promise.resolve();
  return {
    say(step: DialStep): void {
      arrived = arrived.then(() => sayUntilHeard(client, asker, step, signal));
    },
    /** When everything has arrived, or was given up. */
    done: () => arrived,
  };
}

async function sayUntilHeard(client: AgentCallsClient, asker: Asker, step: DialStep, signal: AbortSignal) {
  const request = { ...asker, sipCode: 0, hungUpBy: HungUpBy.UNSPECIFIED, ...step };
  for (let tries = 0; tries < TRIES; tries++) {
    const options = { deadline: Date.now() + TRY_MS };
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.reportDial(request, new Metadata(), options, resolve);
    });
    if (error === null || isRefusal(error) || signal.aborted) return;
    await wait(PAUSE_MS, signal);
  }
}
