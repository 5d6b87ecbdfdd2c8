import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JsonChange, JsonChanged, JudgeChange } from '@dialplane/tenancy';

/** A JSON column of one row. The table and the column are ours to name, the values are bound. */
interface Place {
  readonly table: string;
  readonly column: string;
  readonly where: string;
  readonly values: readonly unknown[];
  /** What else the update sets, such as `updated_at = clock_timestamp()`. */
  readonly besides?: string;
}

/**
 * Changes keys of a JSON object in SQL, so that every other key survives as it is, under the row's lock.
 * Undefined: there is no such row.
 */
export async function changeJson(
  em: SqlEntityManager,
  { table, column, where, values, besides }: Place,
  { set, remove, replacesOther }: JsonChange,
  judge: JudgeChange,
): Promise<JsonChanged | undefined> {
  // JSON null is nothing, too.
  const stored = `coalesce(nullif(${column}::jsonb, 'null'), '{}')`;
  const object = `CASE WHEN jsonb_typeof(${stored}) = 'object' THEN ${stored} ELSE '{}' END`;
  const changed = `((${object}) - ARRAY(SELECT jsonb_array_elements_text(?::jsonb))) || ?::jsonb`;
  const change = [JSON.stringify(remove), JSON.stringify(set)];
  const [row] = await em.execute<{ kind: string; before: string | null; after: string; is_same: boolean }[]>(
    `SELECT jsonb_typeof(${stored}) AS kind, ${column}::text AS before, (${changed})::text AS after,
            (${changed}) IS NOT DISTINCT FROM ${column}::jsonb AS is_same
     FROM ${table} WHERE ${where} FOR UPDATE`,
    [...change, ...change, ...values],
  );
  if (row === undefined) return undefined;
  const { before, after } = row;
  if (row.kind !== 'object' && !replacesOther) return { kind: 'not_an_object' };
  await judge({ before, after });
  if (row.is_same) return { kind: 'unchanged', before, after };
  await em.execute(
    `UPDATE ${table} SET ${column} = ${changed}${besides === undefined ? '' : `, ${besides}`} WHERE ${where}`,
    [...change, ...values],
  );
  return { kind: 'changed', before, after };
}
