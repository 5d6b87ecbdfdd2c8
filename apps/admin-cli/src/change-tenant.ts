import type { TenantChange } from '@dialplane/tenancy';

import type { Report } from './report.ts';
import { reportChanged } from './report-changed.ts';
import { tenantNotFound } from './tenant-not-found.ts';
import type { Tools } from './wire.ts';

/** Changes a tenant where it is not so already. */
export async function changeTenant(
  { store }: Pick<Tools, 'store'>,
  tenantId: string,
  change: TenantChange,
): Promise<Report> {
  const { tenants, snapshotVersion } = await store();
  const before = (await tenants.list()).find(({ id }) => id === tenantId);
  const isChanged =
    (change.name ?? before?.name) !== before?.name || (change.isActive ?? before?.isActive) !== before?.isActive;
  const after = isChanged ? await tenants.update(tenantId, change) : before;
  if (after === undefined) {
    throw tenantNotFound(tenantId);
  }
  const values = { id: after.id, active: after.isActive ? 'yes' : 'no' };
  return reportChanged(isChanged, `tenant ${after.name}`, { tenant: after }, values, await snapshotVersion());
}
