import { roomName } from '@dialplane/calls';
import type { Call, CallRepository, IdempotencyKey, NewAttempt } from '@dialplane/calls';
import { enumKey, Purpose } from '@dialplane/contracts';
import type { DispatchRequest, DispatchResponse, Route, Target } from '@dialplane/contracts';
import type { CallContext } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import type { AskRouter } from './router/ask-router.ts';
import type { CallFeed } from './call-feed.ts';
import type { CallsInProgress, Place } from './carry-out/create-calls-in-progress.ts';
import type { ReadAhead } from './targets/create-read-ahead.ts';
import { dispatcherBusy } from './refusals/dispatcher-busy.ts';
import { firstUsableTarget } from './targets/first-usable-target.ts';
import { hashDispatchRequest } from './requests/hash-dispatch-request.ts';
import { keyInUse } from './refusals/key-in-use.ts';
import { namingCall } from './refusals/naming-call.ts';
import { newCall } from './requests/new-call.ts';
import { configChanged } from './refusals/config-changed.ts';
import { readDispatchRequest } from './requests/read-dispatch-request.ts';
import type { ReadDispatchRequest } from './requests/read-dispatch-request.ts';
import { resolveTenant } from './requests/resolve-tenant.ts';
import { toDispatchResponse } from './answers/to-dispatch-response.ts';
import { patiently } from './answers/patiently.ts';
import { untilReached } from './answers/until-reached.ts';

export interface DispatchParts {
  readonly users: UserTenantReader;
  readonly calls: Pick<CallRepository, 'findByKey' | 'accept' | 'get'>;
  readonly askRouter: AskRouter;
  readonly feed: Pick<CallFeed, 'watch'>;
  readonly readAhead: ReadAhead;
  /** The same targets, those whose deployment or trunk is ejected last. */
  readonly order: (targets: readonly Target[]) => readonly Target[];
  readonly inProgress: Pick<CallsInProgress, 'reserve'>;
}

/** Dispatcher.Dispatch: one idempotency key is one call. */
export async function dispatch(
  parts: DispatchParts,
  written: DispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  const request = readDispatchRequest(written);
  const key = { key: request.idempotencyKey, requestHash: hashDispatchRequest(written, toPurpose(request)) };
  const tenantId = await resolveTenant(parts.users, request);
  const begun = beginAhead(parts, request, written, tenantId, context);
  try {
    const known = tenantId === undefined ? undefined : await parts.calls.findByKey(tenantId, key);
    if (known?.kind === 'conflict' || known?.kind === 'gone') throw keyInUse(known);
    if (known !== undefined) {
      begun?.place.giveUp();
      return await namingCall(known.call.id, () => answer(parts, known.call, request, context));
    }
    if (begun === undefined) throw dispatcherBusy();
    return await begin(parts, { ...begun, request, key, tenantId }, context);
  } finally {
    begun?.place.giveUp();
  }
}

/** What a call needs that is not there yet, begun before it is known that the key is new. */
interface BegunAhead {
  readonly place: Place;
  readonly routing: Promise<Route>;
  readonly readCredential: ReturnType<ReadAhead>;
}

/** Nothing is begun without a place for the call: a full dispatcher spares the router and the database. */
function beginAhead(
  parts: DispatchParts,
  request: ReadDispatchRequest,
  written: DispatchRequest,
  tenantId: string | undefined,
  { deadline }: CallContext,
): BegunAhead | undefined {
  const place = parts.inProgress.reserve();
  if (place === undefined) return undefined;
  const question = {
    ...written,
    initiatedBy: request.initiatedBy ?? '',
    tenantId: tenantId ?? request.tenantId ?? '',
    purpose: toPurpose(request),
    routingKey: request.idempotencyKey,
  };
  const routing = parts.askRouter(question, deadline);
  // The call of a key that is in use already is answered whatever the router says.
  routing.catch(() => undefined);
  return { place, routing, readCredential: parts.readAhead(tenantId ?? '', request.fromNumber) };
}

interface NewDispatch extends BegunAhead {
  readonly request: ReadDispatchRequest;
  readonly key: IdempotencyKey;
  readonly tenantId: string | undefined;
}

/** Routes, accepts and carries out what no call is known of. */
async function begin(
  parts: DispatchParts,
  { request, key, tenantId, routing, readCredential, place }: NewDispatch,
  context: CallContext,
): Promise<DispatchResponse> {
  const route = await routing;
  if (route.tenantId !== tenantId) throw configChanged();
  const targets = parts.order(route.targets);
  const { index, credential } = await firstUsableTarget(readCredential, tenantId, route.source, targets);
  context.signal.throwIfAborted();

  const asked = newCall(request, route, targets);
  const { dialMode } = credential;
  const first: NewAttempt = { number: 1, targetIndex: index, dialMode, room: roomName(asked.id, 1) };
  const askedAt = performance.now();
  const accepted = await parts.calls.accept(tenantId, key, asked, first);
  if (accepted.kind === 'conflict' || accepted.kind === 'gone') throw keyInUse(accepted);
  const { call } = accepted;
  if (accepted.kind === 'replayed') {
    place.giveUp();
    return namingCall(call.id, () => answer(parts, call, request, context));
  }
  const carried = place.carryOut({ call, lease: accepted.lease, askedAt, credential });
  return namingCall(call.id, async () => {
    const reached = await patiently(carried.until(request.waitUntil), context);
    return reached === undefined
      ? answer(parts, call, request, context)
      : toDispatchResponse(reached, request.waitUntil);
  });
}

/** The request's purpose; a word that this version does not know is not sent on. */
function toPurpose({ purpose }: ReadDispatchRequest): Purpose {
  return purpose === undefined ? Purpose.UNSPECIFIED : Purpose[enumKey(purpose)];
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
