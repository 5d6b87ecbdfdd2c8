import { agentIdentity } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import type { MovedAttempt } from './mover.ts';
import { ATTEMPT_OVER, CALL_OVER } from './state-lists.ts';

/**
 * Asking twice for the same job is noted once; the first job that asks is the only one. Once the dispatcher has the
 * permit without having been asked, it dials for the agent that was seen, which alone may still ask.
 */
export async function requestDial(
  db: Database,
  { tenantId, callId, number }: MovedAttempt,
  jobId: string,
): Promise<boolean> {
  const asked = await db.query(
    tenantId,
    `WITH call AS (
       SELECT c.permit_attempt IS NOT NULL AS is_permitted FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.attempt = $5 AND c.cancelled_at IS NULL
         AND c.state NOT IN ${CALL_OVER}
       FOR UPDATE
     ), asked AS (
       SELECT a.dial_requested_by AS by FROM call CROSS JOIN "${db.schema}".call_attempts a
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5 AND a.state NOT IN ${ATTEMPT_OVER}
         AND coalesce(a.dial_requested_by, $6) = $6
         AND (a.dial_requested_by IS NOT NULL OR NOT call.is_permitted OR coalesce(a.agent_identity, $7) = $7)
       FOR UPDATE OF a
     ), named AS (
       UPDATE "${db.schema}".call_attempts a SET dial_requested_by = $6, updated_at = clock_timestamp()
       FROM asked
       WHERE asked.by IS NULL AND a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5
     ), noted AS (
       UPDATE "${db.schema}".voice_call_logs c SET last_event = c.last_event + 1, updated_at = clock_timestamp()
       FROM asked
       WHERE asked.by IS NULL AND c.tenant_id = $1 AND c.id = $2
       RETURNING c.tenant_id, c.id, c.last_event
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT n.tenant_id, n.id, n.last_event, $5, 'dial_requested', $6 FROM noted n
     )
     SELECT FROM asked`,
    [tenantId, callId, tenantId, callId, number, jobId, agentIdentity(jobId)],
  );
  return asked.length > 0;
}
