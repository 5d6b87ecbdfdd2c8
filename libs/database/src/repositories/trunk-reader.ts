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
  /** What its carrier means by SIP codes: the JSON as stored, null when there is none, or the trunk is not registered. */
  sipCodesOf(tenantId: string, deploymentOrigin: string, sipTrunkId: string): Promise<unknown>;
}

/** Whose a trunk is tells the function that looks across tenants: row level security hides another tenant's trunk. */
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

    sipCodesOf: async (tenantId, deploymentOrigin, sipTrunkId) => {
      // An adopted table may hold a trunk twice: whoever asks gets the same one, the tenant's own first.
      const [row] = await db.query<{ readonly sip_codes: unknown }>(
        tenantId,
        `SELECT t.sip_codes FROM "${db.schema}".trunks t WHERE t.deployment_origin = $1 AND t.sip_trunk_id = $2
         ORDER BY t.tenant_id IS NULL, t.sip_codes::text LIMIT 1`,
        [deploymentOrigin, sipTrunkId],
      );
      return row?.sip_codes ?? null;
    },
  };
}
