import { roomName } from '@dialplane/calls';
import type { Call, CallRepository, IdempotencyKey, KnownKey, NewAttempt } from '@dialplane/calls';
import type { DispatchRequest, DispatchResponse } from '@dialplane/contracts';
import type { CallContext } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import { patiently } from './answers/patiently.ts';
import { toDispatchResponse } from './answers/to-dispatch-response.ts';
import { untilReached } from './answers/until-reached.ts';
import type { CallFeed } from './call-feed.ts';
import type { CallsInProgress, Place } from './carry-out/create-calls-in-progress.ts';
import { dispatcherBusy } from './refusals/dispatcher-busy.ts';
import { keyInUse } from './refusals/key-in-use.ts';
import { namingCall } from './refusals/naming-call.ts';
import { hashDispatchRequest } from './requests/hash-dispatch-request.ts';
import { newCall } from './requests/new-call.ts';
import { purposeOf } from './requests/purpose-of.ts';
import { readDispatchRequest } from './requests/read-dispatch-request.ts';
import type { ReadDispatchRequest } from './requests/read-dispatch-request.ts';
import { resolveTenant } from './requests/resolve-tenant.ts';
import { routeDispatch } from './route-dispatch.ts';
import type { RoutedDispatch, RoutingParts } from './route-dispatch.ts';
import { succeedsWithin } from './succeeds-within.ts';

export interface DispatchParts extends RoutingParts {
  readonly users: UserTenantReader;
  readonly calls: Pick<CallRepository, 'findByKey' | 'accept' | 'get'>;
  readonly feed: Pick<CallFeed, 'watch'>;
  readonly inProgress: Pick<CallsInProgress, 'reserve'>;
}

/**
 * How long a route is waited for before the key is looked up, in milliseconds; at once where there will be none. Who
 * has a route looks nothing up: accepting a call finds by itself that its key is in use.
 */
const ROUTE_PATIENCE_MS = 250;

/** Dispatcher.Dispatch: one idempotency key is one call. */
export async function dispatch(
  parts: DispatchParts,
  written: DispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  const request = readDispatchRequest(written);
  const key = { key: request.idempotencyKey, requestHash: hashDispatchRequest(written, purposeOf(request)) };
  const tenantId = await resolveTenant(parts.users, request);
  // Nothing is begun without a place for the call: a full dispatcher spares the router.
  const place = parts.inProgress.reserve();
  const routing = place && routeDispatch(parts, { request, written, tenantId, deadline: context.deadline });
  const lookUp = async (): Promise<KnownKey | undefined> =>
    tenantId === undefined ? undefined : parts.calls.findByKey(tenantId, key);
  try {
    const known = await knownUnlessRouted(routing, lookUp, context);
    if (known !== undefined) {
      place?.giveUp();
      return await answerKnown(parts, known, request, context);
    }
    if (place === undefined || routing === undefined) throw dispatcherBusy();
    return await accept(parts, { request, key, place, routed: await routing, lookUp }, context);
  } finally {
    place?.giveUp();
  }
}

/** The call of the key, as far as it is known before there is a route. */
async function knownUnlessRouted(
  routing: Promise<RoutedDispatch> | undefined,
  lookUp: () => Promise<KnownKey | undefined>,
  { deadline }: CallContext,
): Promise<KnownKey | undefined> {
  if (routing === undefined) return lookUp();
  const msLeft = deadline === undefined ? Infinity : deadline.getTime() - Date.now();
  if (await succeedsWithin(Math.min(ROUTE_PATIENCE_MS, msLeft / 2), routing)) return undefined;
  const known = lookUp();
  known.catch(() => undefined);
  // A route that comes meanwhile is used while it is fresh.
  return Promise.race([
    known,
    routing.then(
      () => undefined,
      () => known,
    ),
  ]);
}

interface NewDispatch {
  readonly request: ReadDispatchRequest;
  readonly key: IdempotencyKey;
  readonly place: Place;
  readonly routed: RoutedDispatch;
  readonly lookUp: () => Promise<KnownKey | undefined>;
}

/** Writes the call down and carries it out; a key in use is answered with its call. */
async function accept(
  parts: DispatchParts,
  { request, key, place, routed, lookUp }: NewDispatch,
  context: CallContext,
): Promise<DispatchResponse> {
  context.signal.throwIfAborted();
  const { tenantId, route, targets, index, credential } = routed;
  const asked = newCall(request, route, targets);
  const { dialMode } = credential;
  const first: NewAttempt = { number: 1, targetIndex: index, dialMode, room: roomName(asked.id, 1) };
  const askedAt = performance.now();
  const accepted = await parts.calls.accept(tenantId, key, asked, first).catch(async (error: unknown) => {
    // A database that takes no writes may still know the call.
    const known = await lookUp().catch(() => undefined);
    if (known === undefined) throw error;
    return known;
  });
  if (accepted.kind !== 'accepted') {
    place.giveUp();
    return answerKnown(parts, accepted, request, context);
  }
  const { call, lease } = accepted;
  const carried = place.carryOut({ call, lease, askedAt, credential });
  return namingCall(call.id, async () => {
    const reached = await patiently(carried.until(request.waitUntil), context);
    return reached === undefined
      ? answer(parts, call, request, context)
      : toDispatchResponse(reached, request.waitUntil);
  });
}

async function answerKnown(
  parts: DispatchParts,
  known: KnownKey,
  request: ReadDispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  if (known.kind !== 'replayed') throw keyInUse(known);
  return namingCall(known.call.id, () => answer(parts, known.call, request, context));
}

/** Reads the call until it has come as far as the caller wants, and says where it stands. */
async function answer(
  parts: Pick<DispatchParts, 'calls' | 'feed'>,
  call: Call,
  { waitUntil }: ReadDispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  return toDispatchResponse(await untilReached(parts, call, waitUntil, context), waitUntil);
}
