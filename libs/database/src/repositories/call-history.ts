import type { CallHistory, PastRequest } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';

type Row = Omit<PastRequest, 'createdAt'> & { readonly createdAt: string };

/** Reads what was asked about calls; of an adopted table, about its own rows, too. */
export function createCallHistory(db: Database): CallHistory {
  // To the millisecond, as a Date has it: a page could otherwise begin with the row that the last one ended with.
  const sql = `
    SELECT id::text AS "callLogId", created_at AS "createdAt", initiated_by::text AS "initiatedBy", agent_id::text AS "agentId",
           from_number::text AS "fromNumber", to_number::text AS "toNumber", purpose::text AS purpose
    FROM "${db.schema}".voice_call_logs
    WHERE tenant_id = ? AND created_at >= ? AND (date_trunc('milliseconds', created_at), id::text) > (?, ?)
    ORDER BY date_trunc('milliseconds', created_at), id::text LIMIT ?`;
  return {
    requests: (tenantId, { since, after, limit }) =>
      db.withTenant(tenantId, async (em) => {
        const from = [after?.createdAt ?? since, after?.callLogId ?? ''];
        const rows = await em.execute<Row[]>(sql, [tenantId, since, ...from, limit]);
        return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
      }),
  };
}
