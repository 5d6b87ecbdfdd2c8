import type { Call, CallRepository } from '@dialplane/calls';
import type { GetCallRequest } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { Violation } from '@dialplane/grpc';
import { callerProblems } from '@dialplane/routing';
import { isUuid } from '@dialplane/tenancy';
import type { UserTenantReader } from '@dialplane/tenancy';

import { callNotFound } from '../refusals/call-not-found.ts';
import { resolveTenant } from '../requests/resolve-tenant.ts';

export interface FindCallParts {
  readonly users: UserTenantReader;
  readonly calls: Pick<CallRepository, 'get'>;
}

/**
 * Reads the call that a request names, of the caller's own tenant. Throws INVALID_ARGUMENT with what is wrong, also
 * besides, and NOT_FOUND for no call and for another tenant's.
 */
export async function findCall(
  { users, calls }: FindCallParts,
  request: GetCallRequest,
  problemsBesides: readonly Violation[] = [],
): Promise<Call> {
  const problems = [...callerProblems(request), ...problemsBesides];
  if (!isUuid(request.callLogId)) problems.unshift({ field: 'call_log_id', description: 'must be a UUID' });
  if (problems.length > 0) throw invalidArgument(problems);

  const tenantId = await resolveTenant(users, request);
  const call = tenantId === undefined ? undefined : await calls.get(tenantId, request.callLogId.toLowerCase());
  if (call === undefined) throw callNotFound();
  return call;
}
