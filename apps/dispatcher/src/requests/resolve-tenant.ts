import { invalidArgument } from '@dialplane/grpc';
import { callerConflict } from '@dialplane/routing';
import type { UserTenantReader } from '@dialplane/tenancy';

/** Whom a request is made for, as it was written or as it was read: what is not given is empty or undefined. */
interface Caller {
  readonly initiatedBy: string | undefined;
  readonly tenantId: string | undefined;
}

/** The tenant that a request is made for; undefined when its user is not known. */
export async function resolveTenant(users: UserTenantReader, caller: Caller): Promise<string | undefined> {
  const initiatedBy = given(caller.initiatedBy);
  const tenantId = given(caller.tenantId);
  if (initiatedBy === undefined) return tenantId;
  const userTenantId = await users.tenantOfUser(initiatedBy);
  const conflict = callerConflict({ tenantIdOfUser: () => userTenantId }, { initiatedBy, tenantId });
  if (conflict !== undefined) throw invalidArgument([conflict]);
  return userTenantId;
}

function given(id: string | undefined): string | undefined {
  return id === '' ? undefined : id?.toLowerCase();
}
