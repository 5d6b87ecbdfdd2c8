import type { CallEvent, HappenedEvent } from '@dialplane/calls';

import type { Database } from '../../open-database.ts';
import { EVENT_COLUMNS, toEvent } from './call-rows.ts';
import type { EventRow } from './call-rows.ts';

export async function readEvents(
  db: Database,
  tenantId: string,
  callId: string,
  after: number,
): Promise<readonly CallEvent[]> {
  const rows = await db.query<EventRow>(
    tenantId,
    `SELECT ${EVENT_COLUMNS} FROM "${db.schema}".voice_call_events e
     WHERE e.tenant_id = $1 AND e.call_id = $2 AND e.number > $3 ORDER BY e.number`,
    [tenantId, callId, after],
  );
  return rows.map(toEvent);
}

/** Of many calls, of any tenants. */
export async function readEventsAfter(
  db: Database,
  seen: ReadonlyMap<string, number>,
): Promise<readonly HappenedEvent[]> {
  if (seen.size === 0) return [];
  const rows = await db.query<EventRow & { readonly call: string; readonly call_state: HappenedEvent['callState'] }>(
    null,
    `SELECT e.call, e.call_state, ${EVENT_COLUMNS} FROM "${db.schema}".call_events_after($1, $2) e`,
    [[...seen.keys()], [...seen.values()]],
  );
  return rows.map((row) => ({ callId: row.call, callState: row.call_state, ...toEvent(row) }));
}
