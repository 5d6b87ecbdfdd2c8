import type { Database } from '../open-database.ts';

/** Sees the given tenant's trunks and the operator's, no other's. */
export interface TrunkReader {
  /** Undefined: the trunk is not registered, or another tenant's. */
  stateOf(tenantId: string, deploymentOrigin: string, sipTrunkId: string): Promise<'active' | 'disabled' | undefined>;
}

export function createTrunkReader(db: Database): TrunkReader {
  return {
    stateOf: (tenantId, deploymentOrigin, sipTrunkId) =>
      db.withTenant(tenantId, async (em) => {
        // The tenant by name as well: row level security need not be the only wall.
        const [trunk] = await em.execute<{ active: boolean }[]>(
          `SELECT is_active IS TRUE AS active FROM "${db.schema}".trunks
           WHERE deployment_origin = ? AND sip_trunk_id = ? AND (tenant_id = ? OR tenant_id IS NULL)`,
          [deploymentOrigin, sipTrunkId, tenantId],
        );
        return trunk === undefined ? undefined : trunk.active ? 'active' : 'disabled';
      }),
  };
}
