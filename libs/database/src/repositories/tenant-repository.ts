import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Tenant as TenantRow, TenantRepository } from '@dialplane/tenancy';

import { Tenant } from '../entities/tenant.ts';
import type { Database } from '../open-database.ts';
import { changeJson } from './change-json.ts';
import { lockName } from './lock-name.ts';

interface ListedTenant {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
}

export function createTenantRepository(db: Database): TenantRepository {
  const list = async (em: SqlEntityManager): Promise<TenantRow[]> => {
    const rows = await em.execute<ListedTenant[]>(`SELECT id, name, is_active FROM "${db.schema}".list_tenants()`);
    return rows.map(({ id, name, is_active: isActive }) => ({ id, name, isActive }));
  };
  /** One that is known by its users or numbers alone gets a row when there is something to put into it. */
  const hasRow = async (em: SqlEntityManager, tenantId: string): Promise<boolean> => {
    if ((await read(em, tenantId)) !== undefined) return true;
    const known = (await list(em)).find(({ id }) => id === tenantId);
    if (known !== undefined) await em.insert(Tenant, { id: tenantId, name: known.name, routingDefaults: null });
    return known !== undefined;
  };
  return {
    add: (tenantId, name) =>
      db.withTenant(tenantId, async (em) => {
        await lockName(em, 'tenant', tenantId);
        const row = await read(em, tenantId);
        if (row !== undefined) return { kind: row.name === name ? 'existed' : 'conflict', row };
        await em.insert(Tenant, { id: tenantId, name, routingDefaults: null });
        return { kind: 'added', row: { id: tenantId, name, isActive: true } };
      }),

    list: () => db.withTenant(null, list),

    update: (tenantId, change) =>
      db.withTenant(tenantId, async (em) => {
        await lockName(em, 'tenant', tenantId);
        if (!(await hasRow(em, tenantId))) return undefined;
        const { name, isActive } = change;
        if (name !== undefined || isActive !== undefined) {
          await em.nativeUpdate(
            Tenant,
            { id: tenantId },
            { ...(name !== undefined && { name }), ...(isActive !== undefined && { isActive }) },
          );
        }
        return read(em, tenantId);
      }),

    routingDefaults: (tenantId) =>
      db.withTenant(tenantId, async (em) => {
        const [row] = await em.execute<{ defaults: string | null }[]>(
          `SELECT routing_defaults::text AS defaults FROM "${db.schema}".tenants WHERE id = ?`,
          [tenantId],
        );
        if (row !== undefined) return row.defaults;
        return (await list(em)).some(({ id }) => id === tenantId) ? null : undefined;
      }),

    changeRoutingDefaults: (tenantId, change, judge) =>
      db.withTenant(tenantId, async (em) => {
        await lockName(em, 'tenant', tenantId);
        if (!(await hasRow(em, tenantId))) return undefined;
        const table = `"${db.schema}".tenants`;
        return changeJson(
          em,
          { table, column: 'routing_defaults', where: 'id = ?', values: [tenantId] },
          change,
          judge,
        );
      }),
  };
}

async function read(em: SqlEntityManager, tenantId: string): Promise<TenantRow | undefined> {
  const row = await em.findOne(Tenant, { id: tenantId }, { fields: ['id', 'name', 'isActive'], refresh: true });
  return row === null ? undefined : { id: row.id, name: row.name ?? '', isActive: row.isActive };
}
