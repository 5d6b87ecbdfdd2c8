import type { Database } from '../open-database.ts';

/** Sees the given tenant's trunks and the operator's. */
export interface TrunkReader {
  /** What its carrier means by SIP codes: the JSON as stored, null when there is none, or the trunk is not registered. */
  sipCodesOf(tenantId: string, deploymentOrigin: string, sipTrunkId: string): Promise<unknown>;
}

export function createTrunkReader(db: Database): TrunkReader {
  return {
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
