import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { UserRepository, UserTenantReader } from '@dialplane/tenancy';

import { User } from '../entities/user.ts';
import type { Database } from '../open-database.ts';
import { lockName } from './lock-name.ts';

/** The look-up of a user's tenant, through the function that looks across tenants. */
export function createUserTenantReader(db: Database): UserTenantReader {
  return {
    tenantOfUser: (userId) => db.withTenant(null, (em) => tenantOfUser(em, db.schema, userId)),
  };
}

export function createUserRepository(db: Database): UserRepository {
  return {
    ...createUserTenantReader(db),

    add: (tenantId, userId) =>
      db.withTenant(tenantId, async (em) => {
        await lockName(em, 'user', userId);
        const owner = await tenantOfUser(em, db.schema, userId);
        if (owner !== undefined) return { kind: owner === tenantId ? 'existed' : 'conflict' };
        await em.insert(User, { id: userId, tenantId });
        return { kind: 'added' };
      }),

    list: (tenantId) =>
      db.withTenant(tenantId, async (em) => {
        const users = await em.find(User, { tenantId }, { fields: ['id', 'tenantId'], orderBy: { id: 'asc' } });
        return users.map(({ id, tenantId }) => ({ id, tenantId }));
      }),
  };
}

async function tenantOfUser(em: SqlEntityManager, schema: string, userId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ tenant: string | null }[]>(`SELECT "${schema}".tenant_of_user(?) AS tenant`, [userId]);
  return row?.tenant ?? undefined;
}
