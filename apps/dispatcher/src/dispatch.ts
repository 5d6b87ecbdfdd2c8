import { randomUUID } from 'node:crypto';

import type { DispatchRequest, DispatchResponse, Route } from '@dialplane/contracts';
import { requestHash } from '@dialplane/calls';
import type { Call, CallRepository, NewCall } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import type { AskRouter } from './ask-router.ts';
import type { OpenedCredential } from './read-credential.ts';
import { readDispatchRequest } from './read-dispatch-request.ts';
import type { ReadDispatchRequest } from './read-dispatch-request.ts';
import { resolveTenant } from './resolve-tenant.ts';
import { toDispatchResponse } from './to-dispatch-response.ts';
import { toStatusError } from './to-status-error.ts';
import { untilReached } from './until-reached.ts';

export interface DispatchParts {
  readonly users: UserTenantReader;
  readonly calls: CallRepository;
  readonly askRouter: AskRouter;
  readonly readCredential: (tenantId: string, configId: string) => Promise<OpenedCredential>;
  /** Starts to carry a new call out; it goes on whatever becomes of the request. */
  readonly carryOut: (call: Call, credential: OpenedCredential) => CallProgress;
}

/** Settles as the call gets there, or ends before it. */
export type CallProgress = Readonly<Record<'room_ready' | 'agent_ready', Promise<unknown>>>;

/** Dispatcher.Dispatch: one idempotency key is one call. */
export async function dispatch(parts: DispatchParts, written: DispatchRequest, context: CallContext): Promise<DispatchResponse> {
  const request = readDispatchRequest(written);
  const key = { key: request.idempotencyKey, requestHash: requestHash({ ...request, metadata: written.metadata }) };
  const tenantId = await resolveTenant(parts.users, request);

  const known = tenantId === undefined ? undefined : await parts.calls.findByKey(tenantId, key);
  if (known?.kind === 'conflict') throw keyInUse(known.callId);
  if (known !== undefined) return namingCall(known.call.id, () => answer(parts.calls, known.call, request, context));

  const route = await parts.askRouter(
    { ...written, initiatedBy: request.initiatedBy ?? '', tenantId: tenantId ?? request.tenantId ?? '' },
    context.deadline,
  );
  if (route.tenantId !== tenantId) throw tenantMoved();
  const credential = await parts.readCredential(tenantId, route.targets[0]?.livekitConfigId ?? '');
  context.signal.throwIfAborted();

  const accepted = await parts.calls.accept(tenantId, key, newCall(request, route, credential));
  if (accepted.kind === 'conflict') throw keyInUse(accepted.callId);
  const { call } = accepted;
  const progress = accepted.kind === 'accepted' ? parts.carryOut(call, credential) : undefined;
  return namingCall(call.id, async () => {
    if (request.waitUntil !== 'accepted') await progress?.[request.waitUntil];
    return answer(parts.calls, call, request, context);
  });
}

/** From here on the call is written: whatever goes wrong names it. */
async function namingCall<T>(callId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStatusError(error, callId) ?? error;
  }
}

/** Reads the call until it has come as far as the caller wants, and says where it stands. */
async function answer(calls: CallRepository, call: Call, { waitUntil }: ReadDispatchRequest, context: CallContext): Promise<DispatchResponse> {
  return toDispatchResponse(await untilReached(calls, call, waitUntil, context));
}

function newCall(request: ReadDispatchRequest, route: Route, credential: OpenedCredential): NewCall {
  const { initiatedBy, agentId, toNumber, metadata, ringingTimeoutSeconds, maxDurationSeconds } = request;
  return {
    id: randomUUID(),
    initiatedBy: initiatedBy ?? null,
    agentId,
    fromNumber: route.number?.e164 ?? '',
    toNumber,
    source: route.source === 'ROUTE_SOURCE_ENVIRONMENT' ? 'environment' : 'database',
    snapshotVersion: route.snapshotVersion,
    targets: route.targets.map(({ livekitConfigId, sipTrunkId, agentName, callerId }) => ({
      livekitConfigId: livekitConfigId === '' ? null : livekitConfigId,
      serverUrl: credential.url,
      sipTrunkId,
      agentName,
      callerId,
    })),
    metadata,
    ringingTimeoutSeconds,
    maxDurationSeconds,
  };
}

/** Router and dispatcher find the tenant each for itself; only what both say is acted on. */
function tenantMoved(): StatusError {
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'TENANT_CHANGED',
    message: "The user's tenant was changed while the call was being routed; nothing was written.",
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again.',
  });
}

function keyInUse(callId: string): StatusError {
  return new StatusError({
    code: 'ALREADY_EXISTS',
    reason: 'IDEMPOTENCY_KEY_IN_USE',
    message: 'The idempotency key was used for another request.',
    fault: 'caller',
    retryable: false,
    hint: 'Use a new key for a new call; send the first request unchanged to ask about its call.',
    metadata: { call_log_id: callId },
  });
}
