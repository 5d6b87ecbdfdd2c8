import type { Deployment, DeploymentChange, DeploymentRepository } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';
import { booleanColumn, jsonColumn, textColumn, updateWhereOther } from './update-where-other.ts';

const FIELDS = `origin, region, is_active AS "isActive", limits, header_profiles AS "headerProfiles"`;
const SETTABLE = {
  region: textColumn('region'),
  isActive: booleanColumn('is_active'),
  limits: jsonColumn('limits'),
  headerProfiles: jsonColumn('header_profiles'),
};

export function createDeploymentRepository(db: Database): DeploymentRepository {
  const table = `"${db.schema}".deployments`;
  return {
    set: (origin, change) =>
      db.withTenant(null, async (em) => {
        const added = await em.execute<object[]>(
          `INSERT INTO ${table} (origin) VALUES (?) ON CONFLICT DO NOTHING RETURNING 1`,
          [origin],
        );
        const place = { table, where: 'origin = ?', key: [origin] };
        const isChanged = await updateWhereOther<DeploymentChange>(em, place, SETTABLE, change);
        const [row] = await em.execute<Deployment[]>(`SELECT ${FIELDS} FROM ${table} WHERE origin = ?`, [origin]);
        if (row === undefined) throw new Error(`Deployment ${origin} was written and cannot be read.`);
        return { kind: added.length > 0 ? 'added' : isChanged ? 'changed' : 'unchanged', row };
      }),

    list: () => db.withTenant(null, (em) => em.execute<Deployment[]>(`SELECT ${FIELDS} FROM ${table} ORDER BY origin`)),
  };
}
