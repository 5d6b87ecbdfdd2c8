import { isFinal } from '@dialplane/calls';
import type { Call, CancelResult } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { readCall } from './read-calls.ts';
import { CALL_OVER } from './state-lists.ts';

/** Between two attempts nothing is under way that would have to be ended first: the call is over at once. */
export async function cancelCall(db: Database, tenantId: string, callId: string): Promise<CancelResult | undefined> {
  const [before] = await db.query<{ state: Call['state']; is_cancelled: boolean }>(
    tenantId,
    `WITH call AS (
       SELECT c.state, c.attempt, c.cancelled_at IS NOT NULL AS is_cancelled FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.targets IS NOT NULL
       FOR UPDATE
     ), attempt AS (
       -- Locked, to see what the owner wrote while the call was waited for.
       SELECT a.state FROM call CROSS JOIN "${db.schema}".call_attempts a
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = call.attempt
       FOR UPDATE OF a
     ), last AS (
       SELECT EXISTS (SELECT FROM attempt WHERE attempt.state = 'failed') AS has_failed
     ), noted AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET cancelled_at = clock_timestamp(), updated_at = clock_timestamp(),
           last_event = c.last_event + CASE WHEN last.has_failed THEN 2 ELSE 1 END,
           state = CASE WHEN last.has_failed THEN 'cancelled' ELSE c.state END,
           reason = CASE WHEN last.has_failed THEN 'cancelled' ELSE c.reason END,
           ended_at = CASE WHEN last.has_failed THEN clock_timestamp() ELSE c.ended_at END
       FROM call, last
       WHERE c.tenant_id = $1 AND c.id = $2 AND NOT call.is_cancelled AND call.state NOT IN ${CALL_OVER}
       RETURNING c.tenant_id, c.id, c.last_event, last.has_failed
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, reason, evidence)
       SELECT n.tenant_id, n.id, n.last_event - CASE WHEN n.has_failed THEN 1 ELSE 0 END, 0, 'cancel_requested', NULL, 'CancelCall'
       FROM noted n
       UNION ALL
       SELECT n.tenant_id, n.id, n.last_event, 0, 'cancelled', 'cancelled', 'CancelCall' FROM noted n WHERE n.has_failed
     )
     SELECT state, is_cancelled FROM call`,
    [tenantId, callId, tenantId, callId],
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
