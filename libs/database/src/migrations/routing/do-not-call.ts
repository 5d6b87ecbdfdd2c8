import { ROLES } from '../../roles.ts';
import { triggersOn } from '../first/change-feed.ts';

/** Numbers that nobody may call, of one tenant or, without a tenant, of all. */
export function doNotCall(tenantIdType: string): string[] {
  const { router, dispatcher, admin } = ROLES;
  const walled = `${dispatcher}, ${admin}`;
  const tenant = `NULLIF(current_setting('app.tenant_id', true), '')::${tenantIdType}`;
  const visible = `(tenant_id = ${tenant} OR tenant_id IS NULL)`;
  const writable = `tenant_id IS NOT DISTINCT FROM ${tenant}`;
  return [
    `CREATE TABLE do_not_call (
  tenant_id ${tenantIdType},
  number text NOT NULL CHECK (number ~ '^\\+[1-9][0-9]{6,14}$'),
  note text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT do_not_call_key UNIQUE NULLS NOT DISTINCT (tenant_id, number)
)`,
    `CREATE INDEX dialplane_do_not_call_1 ON do_not_call (number)`,
    ...triggersOn({ table: 'do_not_call', key: "concat(tenant_id, ' ', number)", tenant: 'tenant_id::text' }),

    `ALTER TABLE do_not_call ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY dialplane_routed ON do_not_call FOR SELECT TO ${router} USING (true)`,
    `CREATE POLICY dialplane_read ON do_not_call FOR SELECT TO ${walled} USING (${visible})`,
    `CREATE POLICY dialplane_insert ON do_not_call FOR INSERT TO ${walled} WITH CHECK (${writable})`,
    `CREATE POLICY dialplane_delete ON do_not_call FOR DELETE TO ${walled} USING (${writable})`,
    `CREATE POLICY dialplane_wall ON do_not_call AS RESTRICTIVE TO ${walled} USING (${visible})`,

    `GRANT SELECT (tenant_id, number) ON do_not_call TO ${router}`,
    `GRANT SELECT, INSERT ON do_not_call TO ${walled}`,
    `GRANT DELETE ON do_not_call TO ${admin}`,
  ];
}
