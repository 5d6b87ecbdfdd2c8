import { MikroORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Pool, PoolClient, QueryResultRow } from 'pg';

import { checkRole } from './check-role.ts';
import { ENTITIES } from './entities/index.ts';
import { guardPool } from './guard-pool.ts';
import { checkSchemaName } from './migrations/schema-name.ts';
import { namingTable } from './repositories/naming-table.ts';
import type { NamedTable } from './repositories/naming-table.ts';
import type { ROLES } from './roles.ts';
import { runTenantQuery } from './tenant-query.ts';
import { endpointOf, translateError } from './translate-error.ts';

/** How long to wait for a connection, a free one of the pool's included. */
export const CONNECT_TIMEOUT_MS = 2_000;
/** How long a statement may run on the server. */
export const STATEMENT_TIMEOUT_MS = 5_000;
/** How long to wait for an answer: longer than the server's own limit, for a server that hangs altogether. */
export const ANSWER_TIMEOUT_MS = 6_000;
export const POOL_SIZE = 10;

/** A process's connections to the database, under the process's own role. */
export interface Database {
  readonly schema: string;
  /**
   * Runs `work` in one transaction that sees the tenant's rows (and an operator's), or, with null, the
   * operator's alone. Throws DatabaseUnavailableError when the database is out of reach.
   */
  withTenant<T>(tenantId: string | null, work: (em: SqlEntityManager) => Promise<T>): Promise<T>;
  /**
   * Runs one statement as a transaction of its own, in one round trip; it sees what `withTenant` sees. Its parameters
   * are `$1` and so on, and moments are Dates. Throws as `withTenant` does.
   */
  query<Row extends QueryResultRow>(
    tenantId: string | null,
    sql: string,
    values: readonly unknown[],
    options?: QueryOptions,
  ): Promise<Row[]>;
  /** Lends a connection for statements of one's own; an error closes it. Throws as `withTenant` does. */
  withConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  /** Throws DatabaseUnavailableError unless the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface QueryOptions {
  /** The table that the error of a value that does not fit its column names. */
  readonly writes?: NamedTable;
  /** False: planned for its values each time, and not kept by the connection. True when unset. */
  readonly isPrepared?: boolean;
}

/**
 * Connects as the role in `url`. Refuses with UnsafeRoleError a role that owns the tables or bypasses row
 * level security, or that is not `role`'s when one is given, and with SchemaNotMigratedError a schema that is
 * not there.
 */
export async function openDatabase({
  url,
  schema,
  role,
}: {
  url: string;
  schema: string;
  role?: keyof typeof ROLES;
}): Promise<Database> {
  checkSchemaName(schema);
  const endpoint = endpointOf(url);
  let pool: Pool | undefined;
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: endpoint.database,
    schema,
    ensureDatabase: false,
    driverOptions: {
      connectionString: url,
      application_name: 'dialplane',
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      onPoolCreated: (created: Pool) => {
        pool = created;
        guardPool(pool);
      },
    },
  });
  const translating = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translateError(error, endpoint);
    }
  };
  const withConnection = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> =>
    translating(async () => {
      const lender = await orm.em.getConnection().getNativeClient();
      const client = await lender.connect();
      let failed = true;
      try {
        const result = await work(client);
        failed = false;
        return result;
      } finally {
        client.release(failed);
      }
    });
  const database: Database = {
    schema,
    withTenant: (tenantId, work) =>
      translating(() =>
        orm.em
          .fork({ session: { variables: { 'app.tenant_id': tenantId ?? '' } } })
          .transactional((em) => work(em as SqlEntityManager)),
      ),
    query: <Row extends QueryResultRow>(
      tenantId: string | null,
      sql: string,
      values: readonly unknown[],
      { writes, isPrepared = true }: QueryOptions = {},
    ) =>
      withConnection((client) => {
        const rows = runTenantQuery<Row>(client, { tenantId: tenantId ?? '', sql, isPrepared }, values);
        return writes === undefined ? rows : namingTable(writes, rows);
      }),
    withConnection,
    ping: () => withConnection(async (client) => void (await client.query('SELECT 1'))),
    close: async () => {
      await orm.close();
      // The ORM ends the pool only if it has made a query of its own.
      if (pool?.ending === false) await pool.end();
    },
  };
  try {
    await withConnection((client) => checkRole(client, schema, role));
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
