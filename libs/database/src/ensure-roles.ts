import type { Client } from 'pg';

import { ROLES } from './roles.ts';

/**
 * Makes the processes' roles that are missing. They log in once they are given passwords. Throws, with the
 * SQL for somebody who may, when the owner may not create roles.
 */
export async function ensureRoles(owner: Client, onProgress: (message: string) => void): Promise<void> {
  const wanted = Object.values(ROLES);
  const { rows } = await owner.query<{ present: string[]; may_create: boolean; name: string }>(
    `SELECT array(SELECT rolname::text FROM pg_roles WHERE rolname = ANY($1)) AS present,
            (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create,
            current_user AS name`,
    [wanted],
  );
  const { present, may_create: mayCreate, name } = rows[0] ?? { present: [], may_create: false, name: '' };
  const missing = wanted.filter((role) => !present.includes(role));
  if (missing.length === 0) return;
  const statements = missing.map((role) => `CREATE ROLE ${role} LOGIN`);
  if (!mayCreate) {
    throw new Error(
      `The database has no roles ${missing.join(', ')}, and ${name} may not create roles. Let a superuser run:\n` +
        statements.map((statement) => `  ${statement};`).join('\n') +
        '\nand then run dialplane db migrate again.',
    );
  }
  for (const statement of statements) await owner.query(statement).catch(ignoreExisting);
  onProgress(
    `Made the roles ${missing.join(', ')}. Give each a password (ALTER ROLE … PASSWORD …) and its own DATABASE_URL.`,
  );
}

/** Roles are the whole server's: a migration of another database may have made it just now. */
function ignoreExisting(error: Error & { code?: string }): void {
  const [duplicateObject, uniqueViolation] = ['42710', '23505'];
  if (error.code !== duplicateObject && error.code !== uniqueViolation) throw error;
}
