import { invalidArgument } from '@dialplane/grpc';
import { callerConflict } from '@dialplane/routing';
import type { RouteRequest } from '@dialplane/routing';
import type { UserTenantReader } from '@dialplane/tenancy';

/** The tenant that a request is made for; undefined when its user is not known. */
export async function resolveTenant(
  users: UserTenantReader,
  { initiatedBy, tenantId }: Pick<RouteRequest, 'initiatedBy' | 'tenantId'>,
): Promise<string | undefined> {
  if (initiatedBy === undefined) return tenantId;
  const userTenantId = await users.tenantOfUser(initiatedBy);
  const conflict = callerConflict({ tenantIdOfUser: () => userTenantId }, { initiatedBy, tenantId });
  if (conflict !== undefined) throw invalidArgument([conflict]);
  return userTenantId;
}
