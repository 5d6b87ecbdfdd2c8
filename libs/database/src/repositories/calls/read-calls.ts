import type { Call, CallFilter, CallPosition } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { ATTEMPT_COLUMNS, CALL_COLUMNS, toCall } from './call-rows.ts';
import type { AttemptRow, CallRow } from './call-rows.ts';

/** Rows that were in an adopted table before, and have no targets, are not our calls. */
const OURS = 'c.targets IS NOT NULL AND c.state IS NOT NULL';

export async function readCall(db: Database, tenantId: string, callId: string): Promise<Call | undefined> {
  // Ids are given once for each table: an adopted one may have them as text.
  const [row] = await db.query<CallRow & { readonly attempts: readonly AttemptRow[] }>(
    tenantId,
    `SELECT ${CALL_COLUMNS}, coalesce((
       SELECT jsonb_agg(to_jsonb(t) ORDER BY t.number)
       FROM (SELECT ${ATTEMPT_COLUMNS} FROM "${db.schema}".call_attempts a WHERE a.tenant_id = $3 AND a.call_id = $4) t
     ), '[]') AS attempts
     FROM "${db.schema}".voice_call_logs c WHERE c.tenant_id = $1 AND c.id = $2 AND ${OURS}`,
    [tenantId, callId, tenantId, callId],
  );
  return row && toCall(row, row.attempts);
}

export async function listCalls(
  db: Database,
  tenantId: string,
  filter: CallFilter,
  { after, limit }: { readonly after: CallPosition | undefined; readonly limit: number },
): Promise<readonly Call[]> {
  const values: unknown[] = [tenantId];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const calls = `"${db.schema}".voice_call_logs`;
  const conditions = ['c.tenant_id = $1', OURS];
  if (filter.states.length > 0) conditions.push(`c.state = ANY (${given(filter.states)})`);
  if (filter.toNumber !== undefined) conditions.push(`c.to_number = ${given(filter.toNumber)}`);
  if (filter.fromNumber !== undefined) conditions.push(`c.from_number = ${given(filter.fromNumber)}`);
  if (filter.createdFrom !== undefined) conditions.push(`c.created_at >= ${given(filter.createdFrom)}`);
  if (filter.createdBefore !== undefined) conditions.push(`c.created_at < ${given(filter.createdBefore)}`);
  if (after !== undefined) {
    // The row itself knows its moment to the microsecond, which a Date does not.
    const id = given(after.callId);
    const moment = `coalesce((SELECT p.created_at FROM ${calls} p WHERE p.tenant_id = $1 AND p.id = ${id}), ${given(after.createdAt)})`;
    // A bound that is a plain value is looked for in the index; the exact one is not, below row level security.
    const bound = given(new Date(after.createdAt.getTime() + 1));
    conditions.push(`c.created_at <= ${bound}`, `(c.created_at, c.id) < (${moment}, ${id})`);
  }
  const rows = await db.query<CallRow>(
    tenantId,
    `SELECT ${CALL_COLUMNS} FROM ${calls} c WHERE ${conditions.join(' AND ')}
     ORDER BY c.created_at DESC, c.id DESC LIMIT ${given(limit)}`,
    values,
    { isPrepared: false },
  );
  if (rows.length === 0) return [];
  const attempts = await db.query<AttemptRow>(
    tenantId,
    `SELECT ${ATTEMPT_COLUMNS} FROM "${db.schema}".call_attempts a WHERE a.tenant_id = $1 AND a.call_id = ANY ($2) ORDER BY a.number`,
    [tenantId, rows.map(({ id }) => id)],
  );
  const ofCall = Map.groupBy(attempts, (attempt) => attempt.call_id);
  return rows.map((row) => toCall(row, ofCall.get(row.id) ?? []));
}
