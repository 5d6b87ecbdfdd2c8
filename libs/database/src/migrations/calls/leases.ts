import { ROLES } from '../../roles.ts';

/**
 * Leases are a process's, whatever tenants its calls are of: these functions are the only way to them across
 * tenants. Time is the database's. Leases come and go as arrays of the same length: tenants, call ids, fences.
 */
export function leases(schema: string, tenantIdType: string, callIdType: string): string[] {
  // An adopted table that hides rows from its owner, too, is an error here, and not a table without calls.
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const held = 'RETURNS TABLE (tenant text, call text, fence integer)';
  const given = `unnest($2::${tenantIdType}[], $3::${callIdType}[], $4) AS given (tenant_id, id, fence)
    WHERE c.id = given.id AND c.tenant_id = given.tenant_id AND c.fence = given.fence AND c.lease_holder = $1`;
  const until = (ms: string): string => `clock_timestamp() + ${ms} * interval '1 millisecond'`;
  const functions = [
    {
      signature: 'renew_calls(text, text[], text[], integer[], integer)',
      sql: `CREATE FUNCTION renew_calls(holder text, tenants text[], calls text[], fences integer[], lease_ms integer) ${held} LANGUAGE sql ${definer} AS $$
  UPDATE voice_call_logs c SET lease_until = ${until('$5')}
  FROM ${given}
  RETURNING c.tenant_id::text, c.id::text, c.fence
$$`,
    },
    {
      // A call of before there were leases has none, which counts as one that ran out.
      signature: 'take_over_calls(text, integer, integer)',
      sql: `CREATE FUNCTION take_over_calls(holder text, lease_ms integer, at_most integer) ${held} LANGUAGE sql ${definer} AS $$
  WITH due AS (
    SELECT c.tenant_id, c.id FROM voice_call_logs c
    WHERE c.targets IS NOT NULL AND c.state IN ('accepted', 'in_progress', 'unknown')
      AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp())
    ORDER BY c.created_at LIMIT $3 FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE voice_call_logs c
    SET fence = c.fence + 1, lease_holder = $1, lease_until = ${until('$2')}, last_event = c.last_event + 1,
        updated_at = clock_timestamp()
    FROM due WHERE c.id = due.id AND c.tenant_id = due.tenant_id
    RETURNING c.tenant_id, c.id, c.fence, c.attempt, c.last_event
  ), event AS (
    INSERT INTO voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
    SELECT t.tenant_id, t.id, t.last_event, t.attempt, 'taken_over', 'lease ran out' FROM taken t
  )
  SELECT t.tenant_id::text, t.id::text, t.fence FROM taken t
$$`,
    },
    {
      signature: 'release_calls(text, text[], text[], integer[])',
      sql: `CREATE FUNCTION release_calls(holder text, tenants text[], calls text[], fences integer[]) RETURNS void LANGUAGE sql ${definer} AS $$
  UPDATE voice_call_logs c SET lease_holder = NULL, lease_until = clock_timestamp()
  FROM ${given}
$$`,
    },
    {
      // Most calls have nothing new, which their own row says.
      signature: 'call_events_after(text[], integer[])',
      sql: `CREATE FUNCTION call_events_after(calls text[], seen integer[])
  RETURNS TABLE (call text, call_state text, number integer, at timestamptz, attempt integer, kind text, reason text, sip_code integer, evidence text)
  LANGUAGE sql STABLE ${definer} AS $$
  SELECT c.id::text, c.state::text, e.number, e.at, e.attempt, e.kind, e.reason, e.sip_code, e.evidence
  FROM unnest($1::${callIdType}[], $2) AS given (id, seen)
  JOIN voice_call_logs c ON c.id = given.id AND c.last_event > given.seen
  JOIN voice_call_events e ON e.tenant_id = c.tenant_id AND e.call_id = c.id AND e.number > given.seen
  ORDER BY e.call_id, e.number
$$`,
    },
  ];
  return functions.flatMap(({ signature, sql }) => [
    sql,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.dispatcher}`,
  ]);
}
