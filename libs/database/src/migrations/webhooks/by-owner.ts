import { ROLES } from '../../roles.ts';

/**
 * Anybody may write a config that names another's server, with a key that nobody there knows: what is signed with it is
 * evidence for nobody else. A webhook is kept for the tenant of its room only if one of the configs that have the key
 * with the secret that it was signed with is that tenant's own, or an operator's; and an event that is kept for one
 * tenant never stands in the way of the same event for another.
 */
export function webhooksByOwner(schema: string, tenantIdType: string, callIdType: string): string[] {
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const signature = 'store_livekit_webhook(jsonb, text[])';
  return [
    `DROP FUNCTION store_livekit_webhook(jsonb)`,
    `ALTER TABLE livekit_webhooks
  ADD COLUMN kept_for text NOT NULL GENERATED ALWAYS AS (coalesce(tenant_id::text, '')) STORED`,
    `ALTER TABLE livekit_webhooks DROP CONSTRAINT livekit_webhooks_pkey, ADD PRIMARY KEY (origin, event_id, kept_for)`,

    // `owners`: the tenants whose configs have the key and the secret; null among them is an operator.
    `CREATE FUNCTION store_livekit_webhook(webhook jsonb, owners text[]) RETURNS text LANGUAGE sql ${definer} AS $$
  WITH stored AS (
    INSERT INTO livekit_webhooks (origin, event_id, tenant_id, call_id, event, room, participant_identity, participant_kind,
                                  participant_attributes, disconnect_reason, body, created_at)
    SELECT w.origin, w.event_id, a.tenant_id::text::${tenantIdType}, a.call_id::text::${callIdType}, w.event, w.room, w.participant_identity,
           w.participant_kind, w.participant_attributes, w.disconnect_reason, w.body, w.created_at
    FROM jsonb_populate_record(NULL::livekit_webhooks, $1) w
    LEFT JOIN call_attempts a ON a.room = w.room
      AND (a.tenant_id::text = ANY ($2) OR array_position($2, NULL) IS NOT NULL)
    ON CONFLICT DO NOTHING
    RETURNING tenant_id
  )
  SELECT coalesce((SELECT CASE WHEN s.tenant_id IS NULL THEN 'unrelated' ELSE 'new' END FROM stored s), 'known')
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.dispatcher}`,
  ];
}
