import pg from 'pg';
import type { QueryResult, QueryResultRow } from 'pg';

/** What pg calls on a query of one's own; its type names less. */
interface Wire {
  parse(statement: { text: string; name: string }): void;
  bind(values: { values: readonly string[]; statement: string }): void;
  execute(portal: object): void;
}
interface Handlers {
  prepare(wire: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}
const Query = pg.Query as unknown as new (
  config: object,
  values: readonly unknown[],
  callback: (error: Error | null, result: QueryResult) => void,
) => pg.Submittable & Handlers;

const SET_TENANT = `SELECT set_config('app.tenant_id', $1, true)`;

/**
 * One statement that sees one tenant's rows, in one round trip. Setting the tenant and the statement are sent
 * together, before the one Sync that ends both: for PostgreSQL they are one transaction, the setting lasts as long
 * as that, and the statement is planned after it.
 */
class TenantQuery extends Query {
  readonly #tenantId: string;
  #isTenantSet = false;

  constructor(
    tenantId: string,
    sql: string,
    values: readonly unknown[],
    callback: (error: Error | null, result: QueryResult) => void,
  ) {
    // pg's own readings of types: the ORM's pool has moments as text.
    super({ text: sql, types: pg.types, queryMode: 'extended' }, values, callback);
    this.#tenantId = tenantId;
  }

  override prepare(wire: Wire): void {
    wire.parse({ text: SET_TENANT, name: '' });
    wire.bind({ values: [this.#tenantId], statement: '' });
    wire.execute({});
    super.prepare(wire);
  }

  override handleDataRow(message: unknown): void {
    if (this.#isTenantSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#isTenantSet) super.handleCommandComplete(message, wire);
    this.#isTenantSet = true;
  }
}

/** Runs one statement as a transaction of its own that sees the tenant's rows, or with '' no tenant's. */
export function runTenantQuery<Row extends QueryResultRow>(
  client: pg.ClientBase,
  tenantId: string,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new TenantQuery(tenantId, sql, values, (error, result) => {
        if (error) reject(error);
        else resolve(result.rows as Row[]);
      }),
    );
  });
}
