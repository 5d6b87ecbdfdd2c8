import { setTimeout as sleep } from 'node:timers/promises';

import type { DispatcherClient, GetCallRequest, GetCallResponse, WatchCallResponse } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import type { ServiceError } from '@grpc/grpc-js';

import { isOver } from './call-words.ts';
import { isAway } from './is-away.ts';

export interface FollowOptions {
  /** The last event that was seen already; 0: none. */
  readonly after: number;
  /** How long the dispatcher may be away at a time. */
  readonly patienceMs: number;
  /** How long to wait before it is asked again. */
  readonly retryMs: number;
  /** Each event once, in order. */
  readonly onEvent: (response: WatchCallResponse) => void;
  /** Called once each time the dispatcher goes away, with the last event that was seen. */
  readonly onAway: (error: ServiceError, lastEvent: number) => void;
  readonly signal: AbortSignal;
}

/** A stream that lasted so long was one, whether or not an event came. */
const CONNECTED_MS = 3_000;
const GET_TIMEOUT_MS = 10_000;

/**
 * Follows a call until it is over, through restarts of the dispatcher, and returns what is known of it then. Throws
 * grpc-js's ServiceError when the dispatcher refuses, or is away for longer than patience lasts.
 */
export async function followCall(
  client: DispatcherClient,
  request: GetCallRequest,
  { after, patienceMs, retryMs, onEvent, onAway, signal }: FollowOptions,
): Promise<GetCallResponse> {
  let last = after;
  let awaySince: number | undefined;
  for (;;) {
    const openedAt = Date.now();
    try {
      const stream = client.watchCall({ ...request, afterEvent: last }) as AsyncIterable<WatchCallResponse>;
      for await (const response of stream) {
        awaySince = undefined;
        // What was sent twice is told once.
        if (response.event === undefined || response.event.number <= last) continue;
        last = response.event.number;
        onEvent(response);
      }
      const read = await callUnary(client.getCall.bind(client), request, { deadline: Date.now() + GET_TIMEOUT_MS });
      if (read.call === undefined || isOver(read.call.state)) return read;
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error as ServiceError)) throw error;
      const now = Date.now();
      if (now - openedAt > CONNECTED_MS) awaySince = undefined;
      if (awaySince === undefined) onAway(error as ServiceError, last);
      awaySince ??= now;
      if (now - awaySince >= patienceMs) throw error;
    }
    await sleep(retryMs, undefined, { signal });
  }
}
