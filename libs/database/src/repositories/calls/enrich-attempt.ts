import { ENRICH_WITHIN_MS } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { moverCondition } from './mover.ts';
import type { MovedAttempt, Mover } from './mover.ts';
import { CALL_FAILED } from './state-lists.ts';

/** The first definite evidence closes an attempt; the carrier's own word on it may come a little later. */
export async function enrichAttempt(
  db: Database,
  { tenantId, callId, number }: MovedAttempt,
  mover: Mover,
  { reason, sipCode, evidence }: { readonly reason: string; readonly sipCode: number; readonly evidence: string },
): Promise<boolean> {
  const [isMover, who] = moverCondition(mover);
  const enriched = await db.query(
    tenantId,
    `WITH call AS (
       SELECT FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.attempt = $5 AND ${isMover}
       FOR UPDATE
     ), attempt AS (
       UPDATE "${db.schema}".call_attempts a SET sip_code = $7, reason = $8, updated_at = clock_timestamp()
       FROM call
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5 AND a.state = 'failed' AND a.sip_code IS NULL
         AND a.updated_at > clock_timestamp() - ${ENRICH_WITHIN_MS} * interval '1 millisecond'
       RETURNING 1
     ), moved AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET sip_code = CASE WHEN c.state IN ${CALL_FAILED} THEN $7 ELSE c.sip_code END,
           reason = CASE WHEN c.state = 'failed' THEN $8 ELSE c.reason END,
           last_event = c.last_event + 1, updated_at = clock_timestamp()
       FROM attempt WHERE c.tenant_id = $1 AND c.id = $2
       RETURNING c.tenant_id, c.id, c.last_event
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, reason, sip_code, evidence)
       SELECT m.tenant_id, m.id, m.last_event, $5, 'enriched', $8, $7, $9 FROM moved m
     )
     SELECT FROM moved`,
    [tenantId, callId, tenantId, callId, number, who, sipCode, reason, evidence],
  );
  return enriched.length > 0;
}
