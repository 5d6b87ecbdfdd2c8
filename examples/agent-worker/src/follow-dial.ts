import type { ServiceError } from '@grpc/grpc-js';
import { AttemptState, type AgentCallsClient, type PlaceDialResponse } from '@dialplane/contracts';

import { isRefusal, type Asker } from './agent-calls.ts';
import { wait } from './wait.ts';

export type FollowedDial =
  /** ENDED or FAILED. */
  | { readonly kind: 'over'; readonly last: PlaceDialResponse }
  /** UNKNOWN: the phone may ring yet. */
  | { readonly kind: 'in_doubt' }
  /** Nobody is dialled for this job: leave the room, and leave it standing. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The dial was seen, and then no more; the room still shows whether the callee is there. */
  | { readonly kind: 'lost_sight'; readonly why: string };

const OVER: readonly AttemptState[] = [AttemptState.ENDED, AttemptState.FAILED];
const PAUSE_MS = 250;

/**
 * Has the dispatcher dial, and tells every state that it hears of until the call is over or the signal comes. A
 * stream that breaks is opened anew: it follows the same dial, and nobody is rung again.
 */
export async function followDial(
  client: AgentCallsClient,
  asker: Asker,
  onState: (state: PlaceDialResponse) => void,
  signal: AbortSignal,
): Promise<FollowedDial> {
  let last: PlaceDialResponse | undefined;
  let told = 0;
  for (;;) {
    let heard = 0;
    const error = await listen(client, asker, signal, (state) => {
      heard += 1;
      // A stream that is opened anew tells the dial from its beginning.
      if (heard <= told) return;
      told = heard;
      last = state;
      onState(state);
    });
    if (last !== undefined && OVER.includes(last.state)) return { kind: 'over', last };
    if (last?.state === AttemptState.UNKNOWN && error === undefined) return { kind: 'in_doubt' };
    const why = signal.aborted ? 'the room is gone' : (error?.details ?? 'the stream ended before the call did');
    if (signal.aborted || (error !== undefined && isRefusal(error))) {
      return { kind: last === undefined ? 'refused' : 'lost_sight', why };
    }
    await wait(PAUSE_MS, signal);
  }
}

/** Reads one stream to its end; resolves with what broke it. */
function listen(
  client: AgentCallsClient,
  asker: Asker,
  signal: AbortSignal,
  onState: (state: PlaceDialResponse) => void,
): Promise<ServiceError | undefined> {
  return new Promise((resolve) => {
    const stream = client.placeDial(asker);
    const cancel = () => stream.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const over = (error?: ServiceError) => {
      signal.removeEventListener('abort', cancel);
      resolve(error);
    };
    stream.on('data', onState);
    stream.on('error', over);
    stream.on('end', () => over());
    if (signal.aborted) cancel();
  });
}
