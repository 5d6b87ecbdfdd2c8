import { callStateAfter, DIAL_STATES, mayFollowPermit, statesBefore } from '@dialplane/calls';
import type { AttemptMove } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { enrichAttempt } from './enrich-attempt.ts';
import { moverCondition } from './mover.ts';
import type { MovedAttempt, Mover } from './mover.ts';
import { ATTEMPT_DIALLED, CALL_FAILED, CALL_OVER } from './state-lists.ts';

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
  const [isMover, who] = moverCondition(mover);
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
           sip_code = CASE WHEN n.next IN ${CALL_FAILED} THEN $9 ELSE c.sip_code END,
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
    ? enrichAttempt(db, attempt, mover, { ...move, sipCode: move.sipCode })
    : false;
}
