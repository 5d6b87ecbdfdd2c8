import type { Lease } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';

/** Who takes leases, and for how long. */
export interface Holder {
  /** Of this process, unlike any other's. */
  readonly holder: string;
  readonly leaseMs: number;
}

interface LeaseRow {
  readonly tenant: string;
  readonly call: string;
  readonly fence: number;
}

const toLease = ({ tenant, call, fence }: LeaseRow): Lease => ({ tenantId: tenant, callId: call, fence });

const arrays = (leases: readonly Lease[]): unknown[] => [
  leases.map(({ tenantId }) => tenantId),
  leases.map(({ callId }) => callId),
  leases.map(({ fence }) => fence),
];

export async function renewLeases(
  db: Database,
  { holder, leaseMs }: Holder,
  leases: readonly Lease[],
): Promise<readonly Lease[]> {
  if (leases.length === 0) return [];
  const sql = `SELECT tenant, call, fence FROM "${db.schema}".renew_calls($1, $2, $3, $4, $5)`;
  return (await db.query<LeaseRow>(null, sql, [holder, ...arrays(leases), leaseMs])).map(toLease);
}

export async function takeOverCalls(
  db: Database,
  { holder, leaseMs }: Holder,
  limit: number,
): Promise<readonly Lease[]> {
  const sql = `SELECT tenant, call, fence FROM "${db.schema}".take_over_calls($1, $2, $3)`;
  return (await db.query<LeaseRow>(null, sql, [holder, leaseMs, limit])).map(toLease);
}

export async function releaseLeases(db: Database, { holder }: Holder, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  await db.query(null, `SELECT "${db.schema}".release_calls($1, $2, $3, $4)`, [holder, ...arrays(leases)]);
}
