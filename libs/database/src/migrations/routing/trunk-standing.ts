import { ROLES } from '../../roles.ts';

/**
 * Whose a trunk is, seen by a tenant, and whether it may be used. Row level security hides another tenant's trunk as
 * if it were not registered; the dispatcher has to tell the two apart, and is told no more of another tenant's.
 */
export function trunkStanding(schema: string, tenantIdType: string): string[] {
  // An adopted table that hides rows from its owner, too, is an error here, not a trunk that is not registered.
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const signature = 'trunk_standing(text, text, text)';
  return [
    // An adopted table may hold a trunk twice: then the worst that any row says counts.
    `CREATE FUNCTION trunk_standing(tenant text, origin text, trunk text) RETURNS TABLE (owner text, active boolean)
  LANGUAGE sql STABLE ${definer} AS $$
  SELECT s.owner, s.owner IN ('own', 'operator') AND s.active
  FROM (
    SELECT
      CASE
        WHEN count(*) = 0 THEN 'none'
        WHEN bool_or(t.tenant_id <> $1::${tenantIdType}) THEN 'foreign'
        WHEN bool_or(t.tenant_id IS NULL) THEN 'operator'
        ELSE 'own'
      END AS owner,
      bool_and(t.is_active IS TRUE) AS active
    FROM trunks t
    WHERE t.deployment_origin = $2 AND t.sip_trunk_id = $3
  ) s
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.dispatcher}`,
  ];
}
