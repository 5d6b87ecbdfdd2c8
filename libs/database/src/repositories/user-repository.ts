import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { UserRepository, UserTenantReader } from '@dialplane/tenancy';

import { User } from '../entities/user.ts';
import type { Database } from '../open-database.ts';
import { lockName } from './lock-name.ts';
import { namingTable } from './naming-table.ts';

/** The look-up of a user's tenant, through the function that looks across tenants. */
export function createUserTenantReader(db: Database): UserTenantReader {
  return {
    tenantOfUser: (userId) => db.withTenant(null, (em) => tenantOfUser(em, db.schema, userId)),
  };
}

export function createUserRepository(db: Database): UserRepository {
  return {
    ...createUserTenantReader(db),

    add: async (tenantId, userId) => {
      const inTwoTenants = new Error(`User ${userId} is in two tenants.`);
      const adding = db.withTenant(tenantId, async (em) => {
        await lockName(em, 'user', userId);
        const owner = await tenantOfUser(em, db.schema, userId);
        if (owner !== undefined) return { kind: owner === tenantId ? 'existed' : 'conflict' } as const;
        // The ORM would read back every column of ours, and there is a grant on these two alone.
        await namingTable(
          User,
          em.execute(`INSERT INTO "${db.schema}".users (id, tenant_id) VALUES (?, ?)`, [userId, tenantId]),
        );
        // Who is in two tenants already has none, and gets no row more.
        if ((await tenantOfUser(em, db.schema, userId)) !== tenantId) throw inTwoTenants;
        return { kind: 'added' } as const;
      });
      return adding.catch((error: unknown) => {
        if (error === inTwoTenants) return { kind: 'conflict' } as const;
        throw error;
      });
    },

    list: (tenantId) =>
      db.withTenant(tenantId, async (em) => {
        const users = await em.find(User, { tenantId }, { fields: ['id', 'tenantId'], orderBy: { id: 'asc' } });
        return users.map(({ id, tenantId }) => ({ id, tenantId }));
      }),
  };
}

async function tenantOfUser(em: SqlEntityManager, schema: string, userId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ tenant: string | null }[]>(`SELECT "${schema}".tenant_of_user(?) AS tenant`, [
    userId,
  ]);
  return row?.tenant ?? undefined;
}
