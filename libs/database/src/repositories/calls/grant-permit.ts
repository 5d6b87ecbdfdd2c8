import { agentIdentity } from '@dialplane/calls';
import type { Lease, PermitOutcome } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import type { MovedAttempt } from './mover.ts';
import { ATTEMPT_OVER, BEFORE_PERMIT, CALL_OVER } from './state-lists.ts';

export interface PermitClaim {
  readonly holder: string;
  readonly nonce: string | null;
  readonly lease?: Lease;
}

type Verdict = 'granted' | 'known' | 'revoked' | 'held' | 'cancelled' | 'over' | 'do_not_call';

/**
 * The one place where the right to dial is given: a decision and its writes in one statement, under the lock of the
 * call's row. What a call may still be refused for belongs into its `verdict`.
 */
export async function grantPermit(
  db: Database,
  { tenantId, callId, number }: MovedAttempt,
  { holder, nonce, lease }: PermitClaim,
): Promise<PermitOutcome> {
  const [row] = await db.query<{ verdict: Verdict }>(
    tenantId,
    `WITH call AS (
       SELECT c.attempt, c.state, c.cancelled_at, c.fence, c.lease_until, c.to_number,
              c.permit_attempt, c.permit_holder, c.permit_nonce, c.permit_fence
       FROM "${db.schema}".voice_call_logs c
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.targets IS NOT NULL
       FOR UPDATE
     ), attempt AS (
       SELECT a.state FROM call CROSS JOIN "${db.schema}".call_attempts a
       WHERE a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5
       FOR UPDATE OF a
     ), decided AS (
       SELECT attempt.state, CASE
         WHEN call.attempt <> $5 OR attempt.state IS NULL THEN 'revoked'
         WHEN call.state IN ${CALL_OVER} OR attempt.state IN ${ATTEMPT_OVER} THEN 'over'
         WHEN call.cancelled_at IS NOT NULL THEN 'cancelled'
         WHEN $8::int IS NOT NULL AND (call.fence <> $8 OR call.lease_until IS NULL OR call.lease_until < clock_timestamp())
           THEN 'revoked'
         WHEN call.permit_attempt = $5 AND call.permit_holder = $6 AND call.permit_nonce IS NOT DISTINCT FROM $7
           AND call.permit_fence IS NOT DISTINCT FROM $8 THEN 'known'
         WHEN call.permit_attempt IS NOT NULL THEN 'held'
         WHEN attempt.state NOT IN ${BEFORE_PERMIT} THEN 'revoked'
         WHEN EXISTS (
           SELECT FROM "${db.schema}".do_not_call d
           WHERE d.number = call.to_number AND (d.tenant_id = $9 OR d.tenant_id IS NULL)
         ) THEN 'do_not_call'
         ELSE 'granted'
       END AS verdict
       FROM call LEFT JOIN attempt ON true
     ), permitted AS (
       UPDATE "${db.schema}".call_attempts a
       SET state = 'permitted', updated_at = clock_timestamp(),
           agent_identity = coalesce(a.agent_identity, $10)
       FROM decided WHERE decided.verdict = 'granted' AND a.tenant_id = $3 AND a.call_id = $4 AND a.number = $5
     ), moved AS (
       UPDATE "${db.schema}".voice_call_logs c
       SET permit_attempt = $5, permit_at = clock_timestamp(), permit_holder = $6, permit_nonce = $7, permit_fence = $8,
           state = 'in_progress', reason = NULL, updated_at = clock_timestamp(),
           last_event = c.last_event + CASE WHEN decided.state = 'agent_ready' THEN 1 ELSE 2 END
       FROM decided WHERE decided.verdict = 'granted' AND c.tenant_id = $1 AND c.id = $2
       RETURNING c.tenant_id, c.id, c.last_event, decided.state
     ), event AS (
       INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT m.tenant_id, m.id, m.last_event, $5, 'permitted', $6 FROM moved m
       UNION ALL
       SELECT m.tenant_id, m.id, m.last_event - 1, $5, 'agent_ready', 'asks for the permit' FROM moved m WHERE m.state <> 'agent_ready'
     )
     SELECT verdict FROM decided`,
    [
      tenantId,
      callId,
      tenantId,
      callId,
      number,
      holder,
      nonce,
      lease?.fence ?? null,
      tenantId,
      lease === undefined ? agentIdentity(holder) : null,
    ],
  );
  const verdict = row?.verdict ?? 'revoked';
  return verdict === 'granted' || verdict === 'known'
    ? { kind: 'granted', isNew: verdict === 'granted' }
    : { kind: 'refused', why: verdict };
}
