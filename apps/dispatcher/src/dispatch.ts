import { randomUUID } from 'node:crypto';

import { enumKey, Purpose, RouteSource } from '@dialplane/contracts';
import type { DispatchRequest, DispatchResponse, Route, Target } from '@dialplane/contracts';
import { requestHash } from '@dialplane/calls';
import type { Call, CallRepository, NewCall } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import type { AskRouter } from './ask-router.ts';
import type { CallProgress } from './create-calls-in-progress.ts';
import { configChanged } from './read-credential.ts';
import type { OpenedCredential } from './read-credential.ts';
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
  readonly readCredential: (tenantId: string, source: Route['source'], target: Target) => Promise<OpenedCredential>;
  /** Whether this process has as many calls to carry out as it takes. */
  readonly isFull: () => boolean;
  /** Starts to carry a new call out; it goes on whatever becomes of the request. */
  readonly carryOut: (call: Call, credential: OpenedCredential) => CallProgress;
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
  if (known !== undefined) return namingCall(known.call.id, () => answer(parts.calls, known.call, request, context));

  if (parts.isFull()) throw busy();

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
  const [target] = route.targets;
  if (route.tenantId !== tenantId || target === undefined) throw configChanged();
  const credential = await parts.readCredential(tenantId, route.source, target);
  context.signal.throwIfAborted();

  const accepted = await parts.calls.accept(tenantId, key, newCall(request, route));
  if (accepted.kind === 'conflict' || accepted.kind === 'gone') throw keyInUse(accepted);
  const { call } = accepted;
  const progress = accepted.kind === 'accepted' ? parts.carryOut(call, credential) : undefined;
  if (progress !== undefined && request.waitUntil === 'accepted') return toDispatchResponse(call);
  return namingCall(call.id, async () => {
    if (progress !== undefined && request.waitUntil !== 'accepted')
      await patiently(progress[request.waitUntil], context);
    return answer(parts.calls, call, request, context);
  });
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
  });
}

/** Reads the call until it has come as far as the caller wants, and says where it stands. */
async function answer(
  calls: CallRepository,
  call: Call,
  { waitUntil }: ReadDispatchRequest,
  context: CallContext,
): Promise<DispatchResponse> {
  return toDispatchResponse(await untilReached(calls, call, waitUntil, context));
}

function newCall(request: ReadDispatchRequest, route: Route): NewCall {
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
    targets: route.targets.map(({ livekitConfigId, deployment: _known, ...target }) => ({
      livekitConfigId: livekitConfigId === '' ? null : livekitConfigId,
      ...target,
    })),
    metadata,
    ringingTimeoutSeconds,
    maxDurationSeconds,
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
