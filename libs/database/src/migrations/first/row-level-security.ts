import { ROLES } from '../../roles.ts';
import { typeOf } from './adopted-schema.ts';
import type { AdoptedSchema } from './adopted-schema.ts';

/** The tables of tenants' rows. `shared`: rows without a tenant are an operator's, and every tenant may see them. */
const TENANT_TABLES = [
  { table: 'users', tenantColumn: 'tenant_id', shared: false, routed: true },
  { table: 'tenants', tenantColumn: 'id', shared: false, routed: true },
  { table: 'voice_agents', tenantColumn: 'tenant_id', shared: false, routed: true },
  { table: 'voice_agent_livekit', tenantColumn: 'tenant_id', shared: true, routed: true },
  { table: 'voice_agent_numbers', tenantColumn: 'tenant_id', shared: false, routed: true },
  { table: 'trunks', tenantColumn: 'tenant_id', shared: true, routed: true },
  { table: 'voice_call_logs', tenantColumn: 'tenant_id', shared: false, routed: false },
  { table: 'call_attempts', tenantColumn: 'tenant_id', shared: false, routed: false },
  { table: 'idempotency_keys', tenantColumn: 'tenant_id', shared: false, routed: false },
];

const WALLED_IN = `${ROLES.dispatcher}, ${ROLES.admin}`;
const IS_OURS = Object.values(ROLES)
  .map((role) => `pg_has_role('${role}', 'MEMBER')`)
  .join(' OR ');

/**
 * The router reads every tenant's rows; dispatcher and admin see the rows of the tenant in `app.tenant_id`.
 * Not forced: the owner, whose service and queries are there already, goes on seeing all.
 */
export function rowLevelSecurity(adopted: AdoptedSchema): string[] {
  return TENANT_TABLES.flatMap(({ table, tenantColumn, shared, routed }) => {
    const tenant = `NULLIF(current_setting('app.tenant_id', true), '')::${typeOf(adopted, table, tenantColumn)}`;
    const own = `${tenantColumn} = ${tenant}`;
    const visible = shared ? `(${own} OR ${tenantColumn} IS NULL)` : own;
    // Without a tenant an operator's rows are written, and with one the tenant's own.
    const writable = shared ? `${tenantColumn} IS NOT DISTINCT FROM ${tenant}` : own;
    const isNew = adopted.tables.get(table)?.hasRowLevelSecurity !== true;
    return [
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      ...(routed ? [`CREATE POLICY dialplane_routed ON ${table} FOR SELECT TO ${ROLES.router} USING (true)`] : []),
      `CREATE POLICY dialplane_read ON ${table} FOR SELECT TO ${WALLED_IN} USING (${visible})`,
      `CREATE POLICY dialplane_insert ON ${table} FOR INSERT TO ${WALLED_IN} WITH CHECK (${writable})`,
      `CREATE POLICY dialplane_update ON ${table} FOR UPDATE TO ${WALLED_IN} USING (${writable}) WITH CHECK (${writable})`,
      // A policy for everybody, adopted or added later, does not open the tenants to these two.
      `CREATE POLICY dialplane_wall ON ${table} AS RESTRICTIVE TO ${WALLED_IN} USING (${visible})`,
      // Where there was no row level security, those whom grants let in are let in as before.
      ...(isNew ? [`CREATE POLICY dialplane_others ON ${table} USING ((SELECT NOT (${IS_OURS})))`] : []),
    ];
  });
}
