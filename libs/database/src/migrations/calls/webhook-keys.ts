import { ROLES } from '../../roles.ts';

/**
 * The active LiveKit configs with an API key, of all tenants: a webhook names its API key and no tenant. The secrets
 * are sealed.
 */
export function webhookKeys(schema: string): string[] {
  // An adopted table that hides rows from its owner, too, is an error here, and not a key that nobody has.
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const signature = 'webhook_keys(text)';
  return [
    `CREATE FUNCTION webhook_keys(key text)
  RETURNS TABLE (config_id text, tenant_id text, url text, api_secret_sealed jsonb) LANGUAGE sql STABLE ${definer} AS $$
  SELECT c.id::text, c.tenant_id::text, c.url::text, c.api_secret_sealed
  FROM voice_agent_livekit c
  WHERE c.api_key = $1 AND c.is_active IS TRUE AND c.api_secret_sealed IS NOT NULL
  ORDER BY c.id
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.dispatcher}`,
    `CREATE INDEX IF NOT EXISTS dialplane_voice_agent_livekit_api_key ON voice_agent_livekit (api_key)`,
  ];
}
