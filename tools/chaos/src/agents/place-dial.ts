import type { AgentCallsClient, PlaceDialResponse } from '@dialplane/contracts';

import { untilAnswered } from './agent-connection.ts';

const FINAL: readonly PlaceDialResponse['state'][] = [
  'ATTEMPT_STATE_ENDED',
  'ATTEMPT_STATE_FAILED',
  'ATTEMPT_STATE_UNKNOWN',
];

/** Asks the dispatcher to dial, and follows the dial to its end; asks again when the dispatcher went away meanwhile. */
export function placeDial(
  client: AgentCallsClient,
  request: { readonly token: string; readonly jobId: string },
  onState: (response: PlaceDialResponse) => void,
  signal: AbortSignal,
): Promise<PlaceDialResponse> {
  return untilAnswered(() => follow(client, request, onState, signal), signal);
}

function follow(
  client: AgentCallsClient,
  request: { readonly token: string; readonly jobId: string },
  onState: (response: PlaceDialResponse) => void,
  signal: AbortSignal,
): Promise<PlaceDialResponse> {
  const stream = client.placeDial(request);
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel);
  return new Promise<PlaceDialResponse>((resolve, reject) => {
    let last: PlaceDialResponse | undefined;
    stream.on('data', (response: PlaceDialResponse) => {
      last = response;
      onState(response);
    });
    stream.once('error', reject);
    stream.once('end', () => {
      if (last !== undefined && FINAL.includes(last.state)) resolve(last);
      // As if the dispatcher had gone away.
      else reject(Object.assign(new Error('The stream ended before the dial did.'), { code: 14 }));
    });
  }).finally(() => signal.removeEventListener('abort', cancel));
}
