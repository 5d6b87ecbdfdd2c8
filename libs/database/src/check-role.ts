import type { ClientBase } from 'pg';

import { SchemaNotMigratedError, UnsafeRoleError } from './database-errors.ts';
import { ROLES } from './roles.ts';

interface RoleFacts {
  readonly role: string;
  readonly bypasses: boolean;
  readonly owns: boolean;
  readonly is_migrated: boolean;
  readonly may_use: boolean;
  readonly is_wanted: boolean;
}

/**
 * Refuses with UnsafeRoleError a session whose role owns the tables or bypasses row level security, or is not
 * `wanted`'s when one is given, and with SchemaNotMigratedError a schema that is not there.
 */
export async function checkRole(
  client: ClientBase,
  schema: string,
  wanted: keyof typeof ROLES | undefined,
): Promise<void> {
  const { rows } = await client.query<RoleFacts>(
    `SELECT session_user AS role,
            EXISTS (SELECT FROM pg_roles r WHERE (r.rolsuper OR r.rolbypassrls) AND pg_has_role(session_user, r.oid, 'MEMBER')) AS bypasses,
            coalesce(bool_or(pg_has_role(session_user, c.relowner, 'MEMBER')), false) AS owns,
            coalesce(bool_or(c.relname = 'change_epoch'), false) AND coalesce(bool_or(c.relname = 'trunks' AND EXISTS (
              SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'sip_codes' AND NOT a.attisdropped
            )), false) AND EXISTS (
              SELECT FROM pg_proc p JOIN pg_namespace f ON f.oid = p.pronamespace
              WHERE f.nspname = $1 AND p.proname = 'prune_livekit_webhooks'
            ) AS is_migrated,
            coalesce(bool_or(has_schema_privilege(c.relnamespace, 'USAGE')), false) AS may_use,
            EXISTS (SELECT FROM pg_roles r WHERE r.rolname = $2 AND pg_has_role(session_user, r.oid, 'MEMBER')) AS is_wanted
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')`,
    [schema, wanted === undefined ? '' : ROLES[wanted]],
  );
  for (const { role, bypasses, owns, is_migrated: isMigrated, may_use: mayUse, is_wanted: isWanted } of rows) {
    const remedy =
      'Give each process its own role in DATABASE_URL: dialplane_router, dialplane_dispatcher or dialplane_admin.';
    if (bypasses)
      throw new UnsafeRoleError(
        `Role ${role} is a superuser or bypasses row level security, so no tenant's rows would be safe. ${remedy}`,
      );
    if (owns)
      throw new UnsafeRoleError(
        `Role ${role} owns tables of schema ${schema}, and owners bypass row level security. ${remedy}`,
      );
    if (!isMigrated)
      throw new SchemaNotMigratedError(
        `Schema ${schema} does not have all of Dialplane's tables yet. Run: dialplane db migrate`,
      );
    if (!mayUse) throw new UnsafeRoleError(`Role ${role} has no rights in schema ${schema}. ${remedy}`);
    if (wanted !== undefined && !isWanted)
      throw new UnsafeRoleError(`Role ${role} is not ${ROLES[wanted]}, which this process needs. ${remedy}`);
  }
}
