import { createHash } from 'node:crypto';

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

const SET_TENANT = { text: `SELECT set_config('app.tenant_id', $1, true)`, name: 'dialplane_tenant' };
/** Connections that have it prepared. One whose query failed is closed, and never asked again. */
const prepared = new WeakSet<Wire>();

export interface TenantStatement {
  /** Whose rows it sees; '': no tenant's. */
  readonly tenantId: string;
  readonly sql: string;
  /** Whether each connection keeps it, with its plan: for statements of which there are few. */
  readonly isPrepared: boolean;
}

/**
 * One statement that sees one tenant's rows, in one round trip. Setting the tenant and the statement are sent
 * together, before the one Sync that ends both: for PostgreSQL they are one transaction, the setting lasts as long
 * as that, and the statement is planned after it.
 */
class TenantQuery extends Query {
  readonly #tenantId: string;
  #isTenantSet = false;

  constructor(
    { tenantId, sql, isPrepared }: TenantStatement,
    values: readonly unknown[],
    callback: (error: Error | null, result: QueryResult) => void,
  ) {
    // pg's own readings of types: the ORM's pool has moments as text.
    const statement = { text: sql, types: pg.types, queryMode: 'extended' };
    super(isPrepared ? { ...statement, name: nameOf(sql) } : statement, values, callback);
    this.#tenantId = tenantId;
  }

  override prepare(wire: Wire): void {
    if (!prepared.has(wire)) wire.parse(SET_TENANT);
    prepared.add(wire);
    wire.bind({ values: [this.#tenantId], statement: SET_TENANT.name });
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

const names = new Map<string, string>();

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `dialplane_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
  names.set(sql, name);
  return name;
}

/** Runs one statement as a transaction of its own. A connection that it failed on must not be used again. */
export function runTenantQuery<Row extends QueryResultRow>(
  client: pg.ClientBase,
  statement: TenantStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new TenantQuery(statement, values, (error, result) => {
        if (error) reject(error);
        else resolve(result.rows as Row[]);
      }),
    );
  });
}
