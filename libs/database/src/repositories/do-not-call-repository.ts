import type { DoNotCallRepository } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';

interface Row {
  readonly tenant_id: string | null;
  readonly number: string;
  readonly note: string | null;
  readonly created_at: string;
}

/** Numbers of one statement, which has to end within the statement timeout. */
const SLICE = 5_000;

export function createDoNotCallRepository(db: Database): DoNotCallRepository {
  const table = `"${db.schema}".do_not_call`;
  return {
    add: (tenantId, number, note) =>
      db.withTenant(tenantId, async (em) => {
        const added = await em.execute<object[]>(
          `INSERT INTO ${table} (tenant_id, number, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING number`,
          [tenantId, number, note],
        );
        return added.length > 0 ? 'added' : 'existed';
      }),

    addMany: (tenantId, numbers, note, onProgress) =>
      db.withTenant(tenantId, async (em) => {
        // Two that add the same numbers wait for each other's rows: in one order, they cannot end up waiting in a circle.
        const ordered = [...new Set(numbers)].sort();
        let added = 0;
        for (let from = 0; from < ordered.length; from += SLICE) {
          const slice = ordered.slice(from, from + SLICE);
          const [row] = await em.execute<{ count: string }[]>(
            `WITH added AS (
               INSERT INTO ${table} (tenant_id, number, note)
               SELECT ?, n, ? FROM jsonb_array_elements_text(?::jsonb) AS t (n) ON CONFLICT DO NOTHING RETURNING 1
             ) SELECT count(*)::text AS count FROM added`,
            [tenantId, note, JSON.stringify(slice)],
          );
          added += Number(row?.count ?? 0);
          onProgress?.(from + slice.length);
        }
        return added;
      }),

    remove: (tenantId, number) =>
      db.withTenant(tenantId, async (em) => {
        const removed = await em.execute<object[]>(
          `DELETE FROM ${table} WHERE tenant_id IS NOT DISTINCT FROM ? AND number = ? RETURNING number`,
          [tenantId, number],
        );
        return removed.length > 0 ? 'removed' : 'absent';
      }),

    list: (tenantId, { after, limit }) =>
      db.withTenant(tenantId, async (em) => {
        const rows = await em.execute<Row[]>(
          `SELECT tenant_id::text, number, note, created_at FROM ${table}
           WHERE tenant_id IS NOT DISTINCT FROM ? AND number > ? ORDER BY number LIMIT ?`,
          [tenantId, after, limit],
        );
        return rows.map((row) => ({
          tenantId: row.tenant_id,
          number: row.number,
          note: row.note,
          createdAt: new Date(row.created_at),
        }));
      }),
  };
}
