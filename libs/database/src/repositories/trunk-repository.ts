import type { Trunk, TrunkChange, TrunkRepository } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';
import { booleanColumn, jsonColumn, textColumn, textsColumn, updateWhereOther } from './update-where-other.ts';

const FIELDS = `deployment_origin AS "deploymentOrigin", sip_trunk_id AS "sipTrunkId", tenant_id::text AS "tenantId", carrier,
  is_active AS "isActive", cli_countries AS "cliCountries", limits, header_profiles AS "headerProfiles",
  sip_codes AS "sipCodes"`;
const SETTABLE = {
  carrier: textColumn('carrier'),
  isActive: booleanColumn('is_active'),
  cliCountries: textsColumn('cli_countries'),
  limits: jsonColumn('limits'),
  headerProfiles: jsonColumn('header_profiles'),
  sipCodes: jsonColumn('sip_codes'),
};

export function createTrunkRepository(db: Database): TrunkRepository {
  const table = `"${db.schema}".trunks`;
  return {
    set: (tenantId, { deploymentOrigin, sipTrunkId }, change) =>
      db.withTenant(tenantId, async (em) => {
        const where = 'deployment_origin = ? AND sip_trunk_id = ?';
        const key = [deploymentOrigin, sipTrunkId];
        const read = async () => (await em.execute<Trunk[]>(`SELECT ${FIELDS} FROM ${table} WHERE ${where}`, key))[0];
        const added = await em.execute<object[]>(
          `INSERT INTO ${table} (deployment_origin, sip_trunk_id, tenant_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1`,
          [...key, tenantId],
        );
        // Another tenant's row cannot be seen; an operator's can, and is not the tenant's to change.
        const present = await read();
        if (present === undefined) return { kind: 'taken', by: 'tenant' };
        if (present.tenantId !== tenantId) return { kind: 'taken', by: 'operator' };
        const isChanged = await updateWhereOther<TrunkChange>(em, { table, where, key }, SETTABLE, change);
        const row = (await read()) ?? present;
        return { kind: added.length > 0 ? 'added' : isChanged ? 'changed' : 'unchanged', before: present, row };
      }),

    list: (tenantId) =>
      db.withTenant(tenantId, (em) =>
        em.execute<Trunk[]>(`SELECT ${FIELDS} FROM ${table} ORDER BY deployment_origin, sip_trunk_id`),
      ),
  };
}
