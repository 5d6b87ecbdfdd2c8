import type { CallEventKind, Lease } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';

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
