/** What is in the schema before the migration. A fresh schema has nothing. */
export interface AdoptedSchema {
  readonly tables: ReadonlyMap<string, AdoptedTable>;
}

export interface AdoptedTable {
  readonly columns: ReadonlyMap<string, AdoptedColumn>;
  readonly hasRowLevelSecurity: boolean;
}

export interface AdoptedColumn {
  /** As PostgreSQL prints it, without a length: `uuid`, `character varying`; of a domain the type below it. */
  readonly type: string;
  readonly hasDefault: boolean;
  readonly isRequired: boolean;
}

/** A row of `adoptedSchemaSql`'s answer. */
interface CatalogRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly type: string;
  readonly has_default: boolean;
  readonly is_required: boolean;
  readonly has_row_level_security: boolean;
}

export function adoptedSchemaSql(schema: string): string {
  return `
    SELECT c.relname AS table_name, a.attname AS column_name, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) AS type,
           a.atthasdef OR a.attidentity <> '' AS has_default, a.attnotnull AS is_required,
           c.relrowsecurity AS has_row_level_security
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = '${schema}'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind IN ('r', 'p')
    ORDER BY 1, a.attnum`;
}

export function toAdoptedSchema(rows: readonly unknown[]): AdoptedSchema {
  const tables = new Map<string, { columns: Map<string, AdoptedColumn>; hasRowLevelSecurity: boolean }>();
  for (const row of rows as readonly CatalogRow[]) {
    const table = tables.get(row.table_name) ?? { columns: new Map(), hasRowLevelSecurity: row.has_row_level_security };
    table.columns.set(row.column_name, { type: row.type, hasDefault: row.has_default, isRequired: row.is_required });
    tables.set(row.table_name, table);
  }
  return { tables };
}

/** The type that a column has once the migration is done: the adopted one, or ours. */
export function typeOf(adopted: AdoptedSchema, table: string, column: string, ours = 'uuid'): string {
  return adopted.tables.get(table)?.columns.get(column)?.type ?? ours;
}
