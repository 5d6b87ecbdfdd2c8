import { randomUUID } from 'node:crypto';

import { enumKey, OnAgentLost, Purpose, RouteSource } from '@dialplane/contracts';
import type { DispatchRequest, DispatchResponse, Route, Target } from '@dialplane/contracts';
import { requestHash, roomName } from '@dialplane/calls';
import type { Call, CallRepository, NewAttempt, NewCall } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import type { AskRouter } from './ask-router.ts';
import type { CallFeed } from './call-feed.ts';
import type { CallsInProgress } from './carry-out/create-calls-in-progress.ts';
import { configChanged } from './read-credential.ts';
import type { OpenedCredential, WantedTarget } from './read-credential.ts';
import { readDispatchRequest } from './read-dispatch-request.ts';
import type { ReadDispatchRequest } from './read-dispatch-request.ts';
import { resolveTenant } from './resolve-tenant.ts';
import { toDispatchResponse } from './to-dispatch-response.ts';
import { toStatusError } from './to-status-error.ts';
import { patiently, untilReached } from './until-reached.ts';

export interface DispatchParts {
  readonly users: UserTenantReader;
  readonly calls: CallRepository;
  readonly askRouter: AskRouter;
  readonly feed: Pick<CallFeed, 'watch'>;
  readonly readCredential: (
    tenantId: string,
    source: Route['source'],
    target: WantedTarget,
  ) => Promise<OpenedCredential>;
  /** The same targets, those whose deployment or trunk is ejected last. */
  readonly order: (targets: readonly Target[]) => readonly Target[];
  readonly inProgress: Pick<CallsInProgress, 'isFull' | 'carryOut'>;
}

/** Dispatcher.Dispatch: one idempotency key is one call. */
export async function dispatch(
  parts: DispatchParts,
  written: DispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  const request = readDispatchRequest(written);
  const key = { key: request.idempotencyKey, requestHash: hashOf(written, toPurpose(request)) };
  const tenantId = await resolveTenant(parts.users, request);

  const known = tenantId === undefined ? undefined : await parts.calls.findByKey(tenantId, key);
  if (known?.kind === 'conflict' || known?.kind === 'gone') throw keyInUse(known);
  if (known !== undefined) return namingCall(known.call.id, () => answer(parts, known.call, request, context));

  if (parts.inProgress.isFull()) throw busy();

  const route = await parts.askRouter(
    {
      ...written,
      initiatedBy: request.initiatedBy ?? '',
      tenantId: tenantId ?? request.tenantId ?? '',
      purpose: toPurpose(request),
      routingKey: request.idempotencyKey,
    },
    context.deadline,
  );
  if (route.tenantId !== tenantId) throw configChanged();
  const targets = parts.order(route.targets);
  const { index, credential } = await firstUsable(parts, tenantId, route.source, targets);
  context.signal.throwIfAborted();

  const asked = newCall(request, route, targets);
  const { dialMode } = credential;
  const first: NewAttempt = { number: 1, targetIndex: index, dialMode, room: roomName(asked.id, 1) };
  const askedAt = performance.now();
  const accepted = await parts.calls.accept(tenantId, key, asked, first);
  if (accepted.kind === 'conflict' || accepted.kind === 'gone') throw keyInUse(accepted);
  const { call } = accepted;
  if (accepted.kind === 'replayed') return namingCall(call.id, () => answer(parts, call, request, context));
  const carried = parts.inProgress.carryOut({ call, lease: accepted.lease, askedAt, credential });
  return namingCall(call.id, async () => {
    const reached = await patiently(carried.until(request.waitUntil), context);
    return reached === undefined
      ? answer(parts, call, request, context)
      : toDispatchResponse(reached, request.waitUntil);
  });
}

/** The first target whose credential can be read; throws what is wrong with the very first when none can. */
async function firstUsable(
  parts: Pick<DispatchParts, 'readCredential'>,
  tenantId: string,
  source: Route['source'],
  targets: readonly Target[],
): Promise<{ readonly index: number; readonly credential: OpenedCredential }> {
  let firstProblem: StatusError | undefined;
  for (const [index, target] of targets.entries()) {
    try {
      return { index, credential: await parts.readCredential(tenantId, source, target) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      firstProblem ??= error;
    }
  }
  throw firstProblem ?? configChanged();
}

/** From here on the call is written: whatever goes wrong names it. */
async function namingCall<T>(callId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StatusError ? error : (toStatusError(error, callId) ?? unforeseen(error, callId));
  }
}

function unforeseen(cause: unknown, callId: string): StatusError {
  return new StatusError({
    code: 'INTERNAL',
    reason: 'INTERNAL',
    message: 'Dialplane failed to say what has become of the call.',
    fault: 'dialplane',
    retryable: false,
    hint: "Operators: the cause is in the dispatcher's log.",
    metadata: { call_log_id: callId },
    cause,
  });
}

/** The request's purpose; a word that this version does not know is not sent on. */
function toPurpose({ purpose }: ReadDispatchRequest): Purpose {
  return purpose === undefined ? Purpose.UNSPECIFIED : Purpose[enumKey(purpose)];
}

/** The fields as they were written, so that a default may change without changing what was asked. */
function hashOf(written: DispatchRequest, purpose: Purpose): string {
  const { initiatedBy, tenantId, fromNumber, toNumber, agentId, metadata, ringingTimeout, maxDuration } = written;
  return requestHash({
    initiatedBy: initiatedBy.toLowerCase(),
    tenantId: tenantId.toLowerCase(),
    fromNumber,
    toNumber,
    agentId,
    purpose: purpose === Purpose.UNSPECIFIED ? undefined : purpose,
    metadata,
    ringingTimeout: ringingTimeout && `${ringingTimeout.seconds}.${ringingTimeout.nanos}`,
    maxDuration: maxDuration && `${maxDuration.seconds}.${maxDuration.nanos}`,
    onAgentLost: written.onAgentLost === OnAgentLost.UNSPECIFIED ? undefined : written.onAgentLost,
  });
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

function newCall(request: ReadDispatchRequest, route: Route, targets: readonly Target[]): NewCall {
  const { initiatedBy, agentId, toNumber, purpose, metadata, ringingTimeoutSeconds, maxDurationSeconds } = request;
  return {
    id: randomUUID(),
    initiatedBy: initiatedBy ?? null,
    agentId,
    fromNumber: route.number?.e164 ?? '',
    toNumber,
    purpose: purpose ?? null,
    source: route.source === RouteSource.ENVIRONMENT ? 'environment' : 'database',
    snapshotVersion: route.snapshotVersion,
    targets: targets.map(({ livekitConfigId, deployment: _known, ...target }) => ({
      livekitConfigId: livekitConfigId === '' ? null : livekitConfigId,
      ...target,
    })),
    metadata,
    ringingTimeoutSeconds,
    maxDurationSeconds,
    onAgentLost: request.onAgentLost,
  };
}

function busy(): StatusError {
  return new StatusError({
    code: 'RESOURCE_EXHAUSTED',
    reason: 'DISPATCHER_BUSY',
    message: 'The dispatcher has as many calls to carry out as it takes; nothing was written.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again in a few seconds, or to another dispatcher.',
  });
}

function keyInUse({ kind, callId }: { readonly kind: 'conflict' | 'gone'; readonly callId: string }): StatusError {
  return new StatusError({
    code: 'ALREADY_EXISTS',
    reason: 'IDEMPOTENCY_KEY_IN_USE',
    message:
      kind === 'conflict'
        ? 'The idempotency key was used for another request.'
        : 'The idempotency key was used for a call that is no longer in the call log.',
    fault: 'caller',
    retryable: false,
    hint: 'Use a new key for a new call; send the first request unchanged to ask about its call.',
    metadata: { call_log_id: callId },
  });
}
