import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';

import { ensureRoles } from './ensure-roles.ts';
import { ENTITIES } from './entities/index.ts';
import { callsMigration } from './migrations/calls/index.ts';
import { firstMigration } from './migrations/first/index.ts';
import { adoptedSchemaSql, toAdoptedSchema } from './migrations/first/adopted-schema.ts';
import type { AdoptedSchema } from './migrations/first/adopted-schema.ts';
import { feedWarnings } from './migrations/feed-warnings.ts';
import { idsInCapitals } from './migrations/ids-in-capitals.ts';
import { numbersWithoutCountry } from './migrations/numbers-without-country.ts';
import { routingMigration } from './migrations/routing/index.ts';
import { foundByIdMigration } from './migrations/found-by-id/index.ts';
import { sipCodesMigration } from './migrations/sip-codes/index.ts';
import { checkSchemaName } from './migrations/schema-name.ts';
import { unfilledColumns } from './migrations/unfilled-columns.ts';
import { isUpToDate, unusableColumns } from './migrations/unusable-columns.ts';
import { webhooksMigration } from './migrations/webhooks/index.ts';
import { CONNECT_TIMEOUT_MS } from './open-database.ts';
import { endpointOf, translateError } from './translate-error.ts';

/** Any constant: one migration at a time in a database. */
const MIGRATION_LOCK = 1_145_655_400;

export interface Migrated {
  /** The names of the migrations that were applied now; none when the schema was up to date. */
  readonly applied: string[];
}

/**
 * Brings the schema up to date, as its owner: makes it when it is missing, and adopts the user's tables when
 * they are there. All or nothing. Throws DatabaseUnavailableError when the database is out of reach.
 */
export async function migrate({
  ownerUrl,
  schema,
  onProgress = () => {},
}: {
  ownerUrl: string;
  schema: string;
  onProgress?: (message: string) => void;
}): Promise<Migrated> {
  checkSchemaName(schema);
  const endpoint = endpointOf(ownerUrl);
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  owner.on('error', () => {}); // The query in flight reports it.
  try {
    await owner.connect();
    await owner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const adopted = await checkAdoptedTypes(owner, schema);
    await checkIds(owner, schema, adopted, onProgress);
    await ensureRoles(owner, onProgress);
    const applied = await applyMigrations(ownerUrl, endpoint.database, schema);
    if (applied.length > 0) {
      onProgress(`Migrated schema ${schema}: ${applied.join(', ')}`);
      for (const warning of [
        ...(await unfilledColumns(owner, schema)),
        ...(await numbersWithoutCountry(owner, schema)),
        ...(await feedWarnings(owner, schema)),
      ])
        onProgress(warning);
    }
    return { applied };
  } catch (error) {
    throw explain(translateError(error, endpoint), schema);
  } finally {
    await owner.end().catch(() => {});
  }
}

/** Before anything is changed: tables that are there, with columns that we could not use. */
async function checkAdoptedTypes(owner: pg.Client, schema: string): Promise<AdoptedSchema> {
  const { rows } = await owner.query(adoptedSchemaSql(schema));
  const adopted = toAdoptedSchema(rows);
  const unusable = unusableColumns(adopted);
  if (unusable.length === 0) return adopted;
  throw new Error(
    `Schema ${schema} was not migrated, and nothing was changed: some columns have types that Dialplane cannot use.\n` +
      unusable.map((line) => `  ${line}`).join('\n') +
      '\nConvert each (ALTER TABLE … ALTER COLUMN … TYPE … USING …), or rename it so that Dialplane adds its own; then migrate again.',
  );
}

/** Rows that tenants would not find are refused before they are taken over, and told of each time after. */
async function checkIds(
  owner: pg.Client,
  schema: string,
  adopted: AdoptedSchema,
  onProgress: (message: string) => void,
): Promise<void> {
  const lines = await idsInCapitals(owner, schema);
  if (isUpToDate(adopted)) return lines.forEach(onProgress);
  if (lines.length === 0) return;
  throw new Error(
    `Schema ${schema} was not migrated, and nothing was changed: some ids are UUIDs in capitals, and Dialplane reads and writes them in lower case.\n` +
      lines.map((line) => `  ${line}`).join('\n') +
      '\nRun these in one transaction, where foreign keys need it with the keys deferred; then migrate again.',
  );
}

async function applyMigrations(ownerUrl: string, database: string, schema: string): Promise<string[]> {
  const orm = new MikroORM({
    entities: ENTITIES,
    dbName: database,
    ensureDatabase: false,
    driverOptions: { connectionString: ownerUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, max: 2 },
    extensions: [Migrator],
    migrations: {
      migrationsList: [
        firstMigration(schema),
        routingMigration(schema),
        callsMigration(schema),
        webhooksMigration(schema),
        sipCodesMigration(),
        foundByIdMigration(),
      ],
      tableName: 'dialplane_migrations',
      includeWildcardSchema: true,
      disableForeignKeys: false,
      snapshot: false,
      silent: true,
    },
  });
  try {
    const done = await orm.migrator.up({ schema });
    return done.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

/** What an operator can do about a migration that the database refused. Nothing was changed. */
function explain(error: unknown, schema: string): unknown {
  const [insufficientPrivilege, lockNotAvailable] = ['42501', '55P03'];
  const { code, message } = error as Error & { code?: string };
  if (code === insufficientPrivilege) {
    return new Error(
      `Schema ${schema} was not migrated: ${message}. DATABASE_OWNER_URL must log in as the owner of the schema and of the tables in it.`,
      { cause: error },
    );
  }
  if (code === lockNotAvailable) {
    return new Error(
      `Schema ${schema} was not migrated: a long transaction holds one of its tables. Run it again when that has ended.`,
      {
        cause: error,
      },
    );
  }
  return error;
}
