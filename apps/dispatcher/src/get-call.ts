import { AttemptState, CallReason, CallState, enumKey, RouteSource } from '@dialplane/contracts';
import type { Attempt as AttemptMessage, GetCallRequest, GetCallResponse } from '@dialplane/contracts';
import type { Attempt, CallRepository } from '@dialplane/calls';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import { callerProblems } from '@dialplane/routing';
import { isUuid } from '@dialplane/tenancy';
import type { UserTenantReader } from '@dialplane/tenancy';

import { resolveTenant } from './resolve-tenant.ts';

/** Dispatcher.GetCall: one call of the caller's own tenant. */
export async function getCall(
  parts: { users: UserTenantReader; calls: CallRepository },
  request: GetCallRequest,
): Promise<GetCallResponse> {
  const problems = callerProblems(request);
  if (!isUuid(request.callLogId)) problems.unshift({ field: 'call_log_id', description: 'must be a UUID' });
  if (problems.length > 0) throw invalidArgument(problems);

  const tenantId = await resolveTenant(parts.users, {
    initiatedBy: request.initiatedBy === '' ? undefined : request.initiatedBy.toLowerCase(),
    tenantId: request.tenantId === '' ? undefined : request.tenantId.toLowerCase(),
  });
  const call = tenantId === undefined ? undefined : await parts.calls.get(tenantId, request.callLogId.toLowerCase());
  if (call === undefined) throw notFound();
  return {
    call: {
      callLogId: call.id,
      tenantId: call.tenantId,
      initiatedBy: call.initiatedBy ?? '',
      agentId: call.agentId,
      fromNumber: call.fromNumber,
      toNumber: call.toNumber,
      state: CallState[enumKey(call.state)],
      reason: call.reason === null ? CallReason.UNSPECIFIED : CallReason[enumKey(call.reason)],
      source: RouteSource[enumKey(call.source)],
      snapshotVersion: call.snapshotVersion,
      createdAt: call.createdAt,
      updatedAt: call.updatedAt,
      attempts: call.attempts.map(toAttempt),
    },
  };
}

function toAttempt({ number, state, reason, target, room, agentDispatchId }: Attempt): AttemptMessage {
  return {
    number,
    state: AttemptState[enumKey(state)],
    reason: reason === null ? CallReason.UNSPECIFIED : CallReason[enumKey(reason)],
    livekitConfigId: target.livekitConfigId ?? '',
    serverUrl: target.serverUrl,
    sipTrunkId: target.sipTrunkId,
    agentName: target.agentName,
    room,
    agentDispatchId: agentDispatchId ?? '',
  };
}

function notFound(): StatusError {
  return new StatusError({
    code: 'NOT_FOUND',
    reason: 'CALL_NOT_FOUND',
    message: 'This tenant has no such call.',
    fault: 'caller',
    retryable: false,
    hint: "Check call_log_id, and that the user or tenant is the call's own.",
  });
}
