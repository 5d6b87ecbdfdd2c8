import type { Lease, NewAttempt } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';

/** Whether a permit was granted and whether the call was cancelled is looked at under the lock of the call's row. */
export async function startAttempt(
  db: Database,
  { tenantId, callId, fence }: Lease,
  { number, targetIndex, dialMode, room }: NewAttempt,
): Promise<boolean> {
  const record = { tenant_id: tenantId, call_id: callId, number, target_index: targetIndex, dial_mode: dialMode, room };
  const started = await db.query(
    tenantId,
    `WITH moved AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET attempt = $4, state = 'in_progress', reason = NULL, last_event = c.last_event + 1, updated_at = clock_timestamp()
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.fence = $3 AND c.attempt = $4 - 1 AND c.permit_attempt IS NULL
         AND c.cancelled_at IS NULL AND c.state IN ('accepted', 'in_progress') AND c.targets::jsonb -> $5::int IS NOT NULL
       RETURNING c.tenant_id, c.id, c.last_event, c.targets::jsonb -> $5 AS target
     ), attempt AS (
       INSERT INTO "${db.schema}".call_attempts (tenant_id, call_id, number, state, target, target_index, dial_mode, room)
       SELECT r.tenant_id, r.call_id, r.number, 'planned', r.target, r.target_index, r.dial_mode, r.room
       FROM moved m CROSS JOIN LATERAL
         jsonb_populate_record(NULL::"${db.schema}".call_attempts, $6::jsonb || jsonb_build_object('target', m.target)) r
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT m.tenant_id, m.id, m.last_event, $4, 'planned', 'target ' || $5 FROM moved m
     )
     SELECT FROM moved`,
    [tenantId, callId, fence, number, targetIndex, JSON.stringify(record)],
  );
  if (started.length > 0) return true;
  const [call] = await db.query<{ count: number }>(
    tenantId,
    `SELECT jsonb_array_length(c.targets::jsonb) AS count FROM "${db.schema}".voice_call_logs c WHERE c.tenant_id = $1 AND c.id = $2`,
    [tenantId, callId],
  );
  if (call !== undefined && targetIndex >= call.count) throw new Error(`Call ${callId} has no target ${targetIndex}.`);
  return false;
}
