import { ROLES } from '../../roles.ts';

/**
 * How long ago, in seconds, each deployment's last webhook came, and its last one that counted for a call. Operators
 * see the ages and no webhook: those are the tenants'.
 */
export function lastWebhooks(schema: string): string[] {
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const signature = 'last_livekit_webhooks(text[])';
  const ageOf = (condition: string): string => `(
    SELECT extract(epoch FROM clock_timestamp() - w.received_at)::float8 FROM livekit_webhooks w
    WHERE w.origin = given.origin${condition} ORDER BY w.received_at DESC LIMIT 1
  )`;
  return [
    `CREATE INDEX dialplane_livekit_webhooks_last ON livekit_webhooks (origin, received_at)`,
    `CREATE INDEX dialplane_livekit_webhooks_last_counted ON livekit_webhooks (origin, received_at) WHERE tenant_id IS NOT NULL`,
    `CREATE FUNCTION last_livekit_webhooks(origins text[])
  RETURNS TABLE (origin text, seconds_ago float8, counted_seconds_ago float8) LANGUAGE sql STABLE ${definer} AS $$
  SELECT given.origin, ${ageOf('')}, ${ageOf(' AND w.tenant_id IS NOT NULL')}
  FROM unnest($1) AS given (origin)
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.admin}`,
  ];
}
