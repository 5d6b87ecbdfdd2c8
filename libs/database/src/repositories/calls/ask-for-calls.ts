import { isFinal } from '@dialplane/calls';
import type { Call, CallEventKind, CancelResult, Lease } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import type { MovedAttempt } from './move-attempt.ts';
import { readCall } from './read-calls.ts';

/** Of several jobs the first that asks is noted, under the lock of the call's row; asking twice is noted once. */
export async function requestDial(
  db: Database,
  { tenantId, callId, number }: MovedAttempt,
  jobId: string,
): Promise<boolean> {
  const asked = await db.query(
    tenantId,
    `WITH call AS (
       SELECT FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.attempt = $5 AND c.cancelled_at IS NULL
         AND c.state NOT IN ('ended', 'failed', 'cancelled')
       FOR UPDATE
     ), attempt AS (
       SELECT a.dial_requested_by FROM call CROSS JOIN "${db.schema}".call_attempts a
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5 AND a.state NOT IN ('ended', 'failed')
         AND (a.dial_requested_by IS NULL OR a.dial_requested_by = $6)
       FOR UPDATE OF a
     ), requested AS (
       UPDATE "${db.schema}".call_attempts a SET dial_requested_by = $6, updated_at = clock_timestamp()
       FROM attempt
       WHERE attempt.dial_requested_by IS NULL AND a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5
       RETURNING 1
     ), noted AS (
       UPDATE "${db.schema}".voice_call_logs c SET last_event = c.last_event + 1, updated_at = clock_timestamp()
       FROM requested WHERE c.tenant_id = $1 AND c.id = $2
       RETURNING c.tenant_id, c.id, c.last_event
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT n.tenant_id, n.id, n.last_event, $5, 'dial_requested', $6 FROM noted n
     )
     SELECT FROM attempt`,
    [tenantId, callId, tenantId, callId, number, jobId],
  );
  return asked.length > 0;
}

export async function cancelCall(db: Database, tenantId: string, callId: string): Promise<CancelResult | undefined> {
  const [before] = await db.query<{ state: Call['state']; is_cancelled: boolean }>(
    tenantId,
    `WITH call AS (
       SELECT c.state, c.cancelled_at IS NOT NULL AS is_cancelled FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.targets IS NOT NULL
       FOR UPDATE
     ), noted AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET cancelled_at = clock_timestamp(), last_event = c.last_event + 1, updated_at = clock_timestamp()
       FROM call
       WHERE c.tenant_id = $1 AND c.id = $2 AND NOT call.is_cancelled AND call.state NOT IN ('ended', 'failed', 'cancelled')
       RETURNING c.tenant_id, c.id, c.last_event
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT n.tenant_id, n.id, n.last_event, 0, 'cancel_requested', 'CancelCall' FROM noted n
     )
     SELECT state, is_cancelled FROM call`,
    [tenantId, callId],
  );
  const call = before && (await readCall(db, tenantId, callId));
  return call && { outcome: outcomeOf(before, call), call };
}

/** Asked again, the answer is the same for as long as it is true. Agents of `legacy` need no permit to dial. */
function outcomeOf(
  before: { readonly state: Call['state']; readonly is_cancelled: boolean },
  { permit, attempts, answeredAt }: Call,
): CancelResult['outcome'] {
  if (isFinal(before.state) && !before.is_cancelled) return 'was_over';
  if (permit === null && attempts.every(({ dialMode }) => dialMode !== 'legacy')) return 'in_time';
  if (isFinal(before.state)) return 'was_over';
  return answeredAt === null ? 'may_have_rung' : 'ending';
}

/** An event that moves nothing. */
export async function noteEvent(
  db: Database,
  { tenantId, callId, fence }: Lease,
  attempt: number,
  kind: CallEventKind,
  evidence: string,
): Promise<boolean> {
  const noted = await db.query(
    tenantId,
    `WITH noted AS (
       UPDATE "${db.schema}".voice_call_logs c SET last_event = c.last_event + 1, updated_at = clock_timestamp()
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.fence = $3
       RETURNING c.tenant_id, c.id, c.last_event
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT n.tenant_id, n.id, n.last_event, $4::int, $5, $6 FROM noted n
     )
     SELECT FROM noted`,
    [tenantId, callId, fence, attempt, kind, evidence],
  );
  return noted.length > 0;
}
