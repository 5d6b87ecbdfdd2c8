import type { Lease, Standing } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { CALL_OVER } from './state-lists.ts';

interface Row {
  readonly number: number;
  readonly state: Standing['state'];
  readonly target_index: number;
  readonly dial_mode: Standing['dialMode'];
  readonly is_cancelled: boolean;
  readonly permitted_for_ms: number | null;
  readonly unmoved_for_ms: number;
  readonly ringing_timeout_seconds: number;
}

/** Undefined when the fence is old, or the call is over. Reads plain columns only. */
export async function readStanding(db: Database, { tenantId, callId, fence }: Lease): Promise<Standing | undefined> {
  const since = (at: string): string => `(extract(epoch FROM clock_timestamp() - ${at}) * 1000)::float8`;
  const [row] = await db.query<Row>(
    tenantId,
    `SELECT a.number, a.state, a.target_index, a.dial_mode, c.cancelled_at IS NOT NULL AS is_cancelled,
       CASE WHEN c.permit_attempt IS NOT NULL THEN ${since('c.permit_at')} END AS permitted_for_ms,
       ${since('a.updated_at')} AS unmoved_for_ms, c.ringing_timeout_seconds
     FROM "${db.schema}".voice_call_logs c
     JOIN "${db.schema}".call_attempts a ON a.tenant_id = $4 AND a.call_id = $5 AND a.number = c.attempt
     WHERE c.tenant_id = $1 AND c.id = $2 AND c.fence = $3 AND c.state NOT IN ${CALL_OVER}`,
    [tenantId, callId, fence, tenantId, callId],
  );
  return (
    row && {
      attempt: row.number,
      state: row.state,
      targetIndex: row.target_index,
      dialMode: row.dial_mode,
      isCancelled: row.is_cancelled,
      permittedForMs: row.permitted_for_ms,
      unmovedForMs: row.unmoved_for_ms,
      ringingTimeoutSeconds: row.ringing_timeout_seconds,
    }
  );
}
