import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** A column that may be set, and the SQL that makes its value of one bound text. */
export interface SettableColumn {
  readonly name: string;
  readonly sql: string;
  readonly bind: (value: unknown) => unknown;
}

const plain = (name: string, type: string): SettableColumn => ({
  name,
  sql: `?::${type}`,
  bind: (value) => value,
});
export const textColumn = (name: string): SettableColumn => plain(name, 'text');
export const booleanColumn = (name: string): SettableColumn => plain(name, 'boolean');
export const jsonColumn = (name: string): SettableColumn => ({
  name,
  sql: `nullif(?::jsonb, 'null')`,
  bind: (value) => JSON.stringify(value),
});
export const textsColumn = (name: string): SettableColumn => ({
  name,
  sql: '?::text[]',
  bind: (value) => (value === null ? null : toArrayLiteral(value as readonly string[])),
});

/** The ORM takes an array for a list of parameters; PostgreSQL's own form of it is one. */
const toArrayLiteral = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** Sets what is not so already in the row that `where` means; whether there was anything. */
export async function updateWhereOther<Change extends object>(
  em: SqlEntityManager,
  { table, where, key }: { readonly table: string; readonly where: string; readonly key: readonly unknown[] },
  settable: Readonly<Record<keyof Change, SettableColumn>>,
  change: Change,
): Promise<boolean> {
  const named = (Object.keys(settable) as (keyof Change)[]).filter((field) => change[field] !== undefined);
  if (named.length === 0) return false;
  const columns = named.map((field) => settable[field]);
  const values = named.map((field) => settable[field].bind(change[field]));
  const names = columns.map(({ name }) => name).join(', ');
  const sql = columns.map((column) => column.sql).join(', ');
  const updated = await em.execute<object[]>(
    `UPDATE ${table} SET (${names}, updated_at) = ROW(${sql}, clock_timestamp())
     WHERE ${where} AND ROW(${names}) IS DISTINCT FROM ROW(${sql}) RETURNING 1`,
    [...values, ...key, ...values],
  );
  return updated.length > 0;
}
