import type { Database } from '../open-database.ts';

/** What a tenant may know of a trunk. */
export interface TrunkStanding {
  /** `none`: the trunk is not registered; `foreign`: it is another tenant's. */
  readonly owner: 'none' | 'own' | 'operator' | 'foreign';
  /** Whether it is registered to the tenant or the operator, and switched on. */
  readonly active: boolean;
}

/** Sees the given tenant's trunks and the operator's, and of another's only that they are. */
export interface TrunkReader {
  standingOf(tenantId: string, deploymentOrigin: string, sipTrunkId: string): Promise<TrunkStanding>;
}

/** The look-up through the function that looks across tenants: row level security hides another tenant's trunk. */
export function createTrunkReader(db: Database): TrunkReader {
  return {
    standingOf: async (tenantId, deploymentOrigin, sipTrunkId) => {
      const [standing] = await db.query<TrunkStanding>(
        tenantId,
        `SELECT owner, active FROM "${db.schema}".trunk_standing($1, $2, $3)`,
        [tenantId, deploymentOrigin, sipTrunkId],
      );
      if (standing === undefined) throw new Error('trunk_standing told nothing.');
      return standing;
    },
  };
}
