import { setTimeout as sleep } from 'node:timers/promises';

import { ENRICH_WITHIN_MS, isFinal } from '@dialplane/calls';
import type { Call, CallRepository, HappenedEvent } from '@dialplane/calls';
import { CallState, enumKey } from '@dialplane/contracts';
import type { WatchCallRequest, WatchCallResponse } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';

import type { CallFeed } from './call-feed.ts';
import { findCall } from './answers/find-call.ts';
import type { FindCallParts } from './answers/find-call.ts';
import { toCallEvent } from './answers/to-call.ts';
import { callNotFound } from './refusals/call-not-found.ts';

/** A SIP code may still be added to a call that has just ended; its write takes its time. */
const ENRICHMENT_MS = ENRICH_WITHIN_MS + 500;
/** A call that has been over for longer, if clocks differ by less, gets nothing added. */
const LONG_OVER_MS = 60_000;
/** How often it is looked whether a call that is watched is there at all. */
const LOOK_EVERY_MS = 30_000;

export interface WatchCallParts extends FindCallParts {
  readonly calls: Pick<CallRepository, 'get' | 'events'>;
  readonly feed: Pick<CallFeed, 'watch'>;
  /** By the clock that calls' moments go by, in milliseconds since 1970. */
  readonly now: () => number;
  readonly enrichmentMs?: number;
  readonly lookEveryMs?: number;
}

/** Dispatcher.WatchCall: a call's events after the one that the caller has seen, until the call is over. */
export async function* watchCall(
  parts: WatchCallParts,
  request: WatchCallRequest,
  { signal }: CallContext,
): AsyncIterable<WatchCallResponse> {
  const call = await findCall(parts, request);
  let seen = request.afterEvent;
  if (seen > call.lastEvent) {
    const description = `is ${seen}, and the call has ${call.lastEvent} events: send the number of the last one seen`;
    throw invalidArgument([{ field: 'after_event', description }]);
  }
  for await (const event of isFinal(call.state) ? [] : watchWhileThere(parts, call, seen, signal)) {
    if (isFinal(event.callState)) break;
    seen = event.number;
    yield { event: toCallEvent(event), state: CallState[enumKey(event.callState)], isOver: false };
  }
  if (signal.aborted) return;

  // The call is over: what is left is read at once, so that its last event is told from those before.
  for (const ending of await readEnding(parts, call, seen)) {
    yield ending;
    seen = ending.event?.number ?? seen;
  }
  if (isLongOver(call, parts.now())) return;
  await sleep(parts.enrichmentMs ?? ENRICHMENT_MS, undefined, { signal }).catch(() => undefined);
  if (!signal.aborted) yield* await readEnding(parts, call, seen);
}

/** The call's events to come. Throws NOT_FOUND once the call was deleted, of which no event tells. */
async function* watchWhileThere(
  { calls, feed, lookEveryMs = LOOK_EVERY_MS }: WatchCallParts,
  { tenantId, id }: Call,
  after: number,
  signal: AbortSignal,
): AsyncIterable<HappenedEvent> {
  for (let seen = after; !signal.aborted;) {
    const slice = AbortSignal.any([signal, AbortSignal.timeout(lookEveryMs)]);
    for await (const event of feed.watch(id, seen, slice)) {
      seen = event.number;
      yield event;
    }
    if (!signal.aborted && (await calls.get(tenantId, id)) === undefined) throw callNotFound();
  }
}

/** The events of a call that is over, after the given one. */
async function readEnding(
  { calls }: WatchCallParts,
  { tenantId, id }: Call,
  after: number,
): Promise<WatchCallResponse[]> {
  const events = await calls.events(tenantId, id, after);
  if (events.length === 0) return [];
  const state = (await calls.get(tenantId, id))?.state ?? 'unknown';
  const lastMove = events.findLastIndex(({ kind }) => kind !== 'enriched');
  return events.map((event, at) => ({
    event: toCallEvent(event),
    state: CallState[enumKey(state)],
    isOver: at >= lastMove,
  }));
}

function isLongOver({ endedAt }: Call, now: number): boolean {
  return endedAt !== null && now - endedAt.getTime() > LONG_OVER_MS;
}
