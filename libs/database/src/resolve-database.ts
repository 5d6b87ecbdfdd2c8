import { join } from 'node:path';

import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
import { migrate } from './migrate.ts';
import { checkSchemaName } from './migrations/schema-name.ts';
import type { DatabaseRole } from './roles.ts';

/** Unless DB_SCHEMA says otherwise. */
export const DEFAULT_SCHEMA = 'dialplane';
/** Where the embedded database and its key file live: `.dialplane` at the top of the repository. */
export const DEFAULT_HOME = join(import.meta.dirname, '../../../.dialplane');

export interface ResolvedDatabase {
  readonly url: string;
  readonly schema: string;
  /** Whether it is the project's own server. */
  readonly embedded: boolean;
}

/**
 * The database that the environment names: DATABASE_URL, or DATABASE_OWNER_URL for the owner, and DB_SCHEMA.
 * When it names none, the embedded one in `folder`, started and migrated.
 */
export async function resolveDatabase({
  env,
  role,
  folder,
  onProgress = () => {},
}: {
  env: Readonly<Record<string, string | undefined>>;
  role: DatabaseRole;
  folder: string;
  onProgress?: (message: string) => void;
}): Promise<ResolvedDatabase> {
  const schema = checkSchemaName(env['DB_SCHEMA'] || DEFAULT_SCHEMA);
  const [wanted, other] =
    role === 'owner' ? ['DATABASE_OWNER_URL', 'DATABASE_URL'] : ['DATABASE_URL', 'DATABASE_OWNER_URL'];
  const url = env[wanted];
  if (url) return { url, schema, embedded: false };
  if (env[other]) {
    const login = role === 'owner' ? 'the owner of the schema' : `dialplane_${role}`;
    throw new Error(
      `${other} is set, and ${wanted} is not: set it to a URL that logs in as ${login}, or unset both for the embedded database.`,
    );
  }
  const embedded = await startEmbeddedPostgres({ folder, onProgress });
  await migrate({ ownerUrl: embedded.urls.owner, schema, onProgress });
  return { url: embedded.urls[role], schema, embedded: true };
}
