import { ROLES } from '../../roles.ts';
import { typeOf } from './adopted-schema.ts';
import type { AdoptedSchema } from './adopted-schema.ts';
import { TABLES } from './tables.ts';

const CONFIG_FOR_ROUTING = 'id, tenant_id, name, url, trunk_id, worker_name, dial_mode, is_active';
const CONFIG = `${CONFIG_FOR_ROUTING}, api_key, api_secret_sealed, job_metadata_template`;
const NUMBER = 'id, tenant_id, base_number, country_code, provider, rules, is_active';
const CALL_PROGRESS = 'state, reason, sip_code, attempt, updated_at';
const ATTEMPT_PROGRESS = 'state, reason, agent_dispatch_id, updated_at';

/** A grant on the columns that we know of each table: what else is in an adopted one is not our business. */
function grantOurs(
  verbs: readonly ('SELECT' | 'INSERT' | 'UPDATE')[],
  tables: readonly string[],
  role: string,
): string[] {
  return tables.map((table) => {
    const columns = Object.keys(TABLES[table]?.columns ?? {}).join(', ');
    return `GRANT ${verbs.map((verb) => `${verb} (${columns})`).join(', ')} ON ${table} TO ${role}`;
  });
}

/** What each of our processes may touch. None may delete; the router cannot read a key or a secret. */
export function grants(schema: string): string[] {
  const { router, dispatcher, admin } = ROLES;
  return [
    `GRANT USAGE ON SCHEMA "${schema}" TO ${router}, ${dispatcher}, ${admin}`,
    `GRANT EXECUTE ON FUNCTION feed_position() TO ${router}, ${dispatcher}, ${admin}`,
    `GRANT EXECUTE ON FUNCTION tenant_of_user(text) TO ${dispatcher}, ${admin}`,
    `GRANT EXECUTE ON FUNCTION list_tenants() TO ${admin}`,

    `GRANT SELECT (id, tenant_id) ON users, voice_agents TO ${router}`,
    `GRANT SELECT (id, is_active) ON tenants TO ${router}`,
    `GRANT SELECT (${CONFIG_FOR_ROUTING}) ON voice_agent_livekit TO ${router}`,
    `GRANT SELECT (${NUMBER}) ON voice_agent_numbers TO ${router}`,
    ...grantOurs(['SELECT'], ['deployments', 'trunks'], router),

    `GRANT SELECT (${CONFIG}) ON voice_agent_livekit TO ${dispatcher}`,
    ...grantOurs(['SELECT'], ['deployments', 'trunks'], dispatcher),
    ...grantOurs(['SELECT', 'INSERT'], ['voice_call_logs', 'call_attempts', 'idempotency_keys'], dispatcher),
    `GRANT UPDATE (${CALL_PROGRESS}) ON voice_call_logs TO ${dispatcher}`,
    `GRANT UPDATE (${ATTEMPT_PROGRESS}) ON call_attempts TO ${dispatcher}`,

    `GRANT SELECT (id, tenant_id), INSERT (id, tenant_id) ON users TO ${admin}`,
    ...grantOurs(['SELECT'], ['voice_agents', 'voice_call_logs', 'call_attempts'], admin),
    ...grantOurs(
      ['SELECT', 'INSERT', 'UPDATE'],
      ['tenants', 'voice_agent_livekit', 'voice_agent_numbers', 'deployments', 'trunks'],
      admin,
    ),
  ];
}

/** The only ways to look across tenants. */
export function lookAcrossTenants(schema: string, adopted: AdoptedSchema): string[] {
  const definer = `LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp`;
  return [
    // An adopted table may hold a user in two tenants, who then has none: never the first.
    `CREATE FUNCTION tenant_of_user(user_id text) RETURNS text ${definer} AS $$
  SELECT min(tenant_id::text) FROM users WHERE id = user_id::${typeOf(adopted, 'users', 'id')} HAVING count(DISTINCT tenant_id) = 1
$$`,
    // A tenant need not have a row of its own.
    `CREATE FUNCTION list_tenants() RETURNS TABLE (id text, name text, is_active boolean) ${definer} AS $$
  SELECT known.id, coalesce(t.name, ''), coalesce(t.is_active, true)
  FROM (
    SELECT id::text FROM tenants
    UNION SELECT tenant_id::text FROM users
    UNION SELECT tenant_id::text FROM voice_agent_numbers
    UNION SELECT tenant_id::text FROM voice_agent_livekit
  ) known
  LEFT JOIN tenants t ON t.id::text = known.id
  WHERE known.id IS NOT NULL
  ORDER BY 2, 1
$$`,
    `REVOKE ALL ON FUNCTION tenant_of_user(text), list_tenants() FROM PUBLIC`,
  ];
}
