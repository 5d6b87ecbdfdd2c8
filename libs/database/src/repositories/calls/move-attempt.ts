import { callStateAfter, DIAL_STATES, ENRICH_WITHIN_MS, mayFollowPermit, statesBefore } from '@dialplane/calls';
import type { AttemptMove } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { ATTEMPT_DIALLED, CALL_OVER } from './state-lists.ts';

/** Who moves: whoever carries the call out, by the fence, or the permit's holder. */
export type Mover = { readonly fence: number } | { readonly holder: string };

export interface MovedAttempt {
  readonly tenantId: string;
  readonly callId: string;
  readonly number: number;
}

/**
 * Moves the current attempt, and the call with it, where the transition table allows it from the state in which the
 * attempt is found under the lock of the call's row; the event is numbered under the same lock.
 */
export async function moveAttempt(
  db: Database,
  attempt: MovedAttempt,
  mover: Mover,
  move: AttemptMove,
): Promise<boolean> {
  const { tenantId, callId, number } = attempt;
  const [isMover, who] = condition(mover);
  const isLast = move.to !== 'failed' || move.isLast;
  const moved = await db.query(
    tenantId,
    `WITH call AS (
       SELECT c.permit_attempt, CASE WHEN c.cancelled_at IS NULL THEN $16::text ELSE $17 END AS next
       FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.attempt = $5 AND ${isMover}
         AND c.state NOT IN ${CALL_OVER}
       FOR UPDATE
     ), attempt AS (
       UPDATE "${db.schema}".call_attempts a
       SET state = $7, reason = $8, sip_code = $9, agent_dispatch_id = coalesce($10, a.agent_dispatch_id),
           agent_identity = coalesce($11, a.agent_identity), updated_at = clock_timestamp()
       FROM call
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5 AND a.state = ANY ($12)
         AND (NOT $13::boolean OR call.permit_attempt = $5 OR a.dial_mode = 'legacy')
         AND ($14::boolean OR call.permit_attempt IS NULL)
       RETURNING call.next, clock_timestamp() AS at
     ), moved AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET state = n.next, reason = CASE WHEN n.next = 'in_progress' THEN NULL ELSE $8 END,
           sip_code = CASE WHEN n.next IN ('failed', 'cancelled') THEN $9 ELSE c.sip_code END,
           hung_up_by = coalesce(c.hung_up_by, $15),
           dialed_at = CASE WHEN $7 IN ${ATTEMPT_DIALLED} THEN coalesce(c.dialed_at, n.at) ELSE c.dialed_at END,
           ringing_at = CASE WHEN $7 = 'ringing' THEN coalesce(c.ringing_at, n.at) ELSE c.ringing_at END,
           answered_at = CASE WHEN $7 = 'answered' THEN coalesce(c.answered_at, n.at) ELSE c.answered_at END,
           ended_at = CASE WHEN n.next IN ${CALL_OVER} THEN coalesce(c.ended_at, n.at) ELSE c.ended_at END,
           last_event = c.last_event + 1, updated_at = n.at
       FROM attempt n
       WHERE c.tenant_id = $1 AND c.id = $2
       RETURNING c.tenant_id, c.id, c.last_event, c.updated_at
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, at, attempt, kind, reason, sip_code, evidence)
       SELECT m.tenant_id, m.id, m.last_event, m.updated_at, $5, $7, $8, $9, $18 FROM moved m
     )
     SELECT FROM moved`,
    [
      tenantId,
      callId,
      tenantId,
      callId,
      number,
      who,
      move.to,
      'reason' in move ? move.reason : null,
      'sipCode' in move ? (move.sipCode ?? null) : null,
      'agentDispatchId' in move ? move.agentDispatchId : null,
      'agentIdentity' in move ? move.agentIdentity : null,
      statesBefore(move.to),
      DIAL_STATES.includes(move.to),
      mayFollowPermit(move),
      'hungUpBy' in move ? move.hungUpBy : null,
      callStateAfter(move.to, isLast, false),
      callStateAfter(move.to, isLast, true),
      move.evidence,
    ],
  );
  if (moved.length > 0) return true;
  return move.to === 'failed' && move.sipCode !== undefined
    ? enrich(db, attempt, mover, { ...move, sipCode: move.sipCode })
    : false;
}

/** The first definite evidence closes an attempt; the carrier's own word on it may come a little later. */
async function enrich(
  db: Database,
  { tenantId, callId, number }: MovedAttempt,
  mover: Mover,
  { reason, sipCode, evidence }: { readonly reason: string; readonly sipCode: number; readonly evidence: string },
): Promise<boolean> {
  const [isMover, who] = condition(mover);
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
       SET sip_code = CASE WHEN c.state IN ('failed', 'cancelled') THEN $7 ELSE c.sip_code END,
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

function condition(mover: Mover): [sql: string, value: number | string] {
  return 'fence' in mover
    ? ['c.fence = $6', mover.fence]
    : ['c.permit_attempt = $5 AND c.permit_holder = $6', mover.holder];
}
