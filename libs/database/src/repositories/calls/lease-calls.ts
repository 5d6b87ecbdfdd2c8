import type { HappenedEvent, Lease } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { EVENT_COLUMNS, toEvent } from './call-rows.ts';
import type { EventRow } from './call-rows.ts';

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

export async function readEventsAfter(
  db: Database,
  seen: ReadonlyMap<string, number>,
): Promise<readonly HappenedEvent[]> {
  if (seen.size === 0) return [];
  const rows = await db.query<EventRow & { readonly call: string; readonly call_state: HappenedEvent['callState'] }>(
    null,
    `SELECT e.call, e.call_state, ${EVENT_COLUMNS} FROM "${db.schema}".call_events_after($1, $2) e`,
    [[...seen.keys()], [...seen.values()]],
  );
  return rows.map((row) => ({ callId: row.call, callState: row.call_state, ...toEvent(row) }));
}
