import { ROLES } from '../../roles.ts';

/**
 * What deployments told by webhook. Whose room it is, a tenant's dispatcher cannot look up across tenants: the one
 * way in is a function that does, and keeps what it found.
 */
export function livekitWebhooks(schema: string, tenantIdType: string, callIdType: string): string[] {
  const { dispatcher } = ROLES;
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const own = `tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::${tenantIdType}`;
  const signature = 'store_livekit_webhook(jsonb)';
  return [
    `CREATE TABLE livekit_webhooks (
  origin text NOT NULL,
  event_id text NOT NULL,
  tenant_id ${tenantIdType},
  call_id ${callIdType},
  event text NOT NULL,
  room text,
  participant_identity text,
  participant_kind text,
  participant_attributes jsonb,
  disconnect_reason text,
  body jsonb NOT NULL,
  created_at timestamptz,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (origin, event_id)
)`,
    `CREATE INDEX dialplane_livekit_webhooks_room ON livekit_webhooks (tenant_id, room)`,
    `ALTER TABLE livekit_webhooks ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY dialplane_read ON livekit_webhooks FOR SELECT TO ${dispatcher} USING (${own})`,
    `CREATE POLICY dialplane_wall ON livekit_webhooks AS RESTRICTIVE TO ${dispatcher} USING (${own})`,
    `GRANT SELECT ON livekit_webhooks TO ${dispatcher}`,

    `CREATE FUNCTION store_livekit_webhook(webhook jsonb) RETURNS boolean LANGUAGE sql ${definer} AS $$
  WITH stored AS (
    INSERT INTO livekit_webhooks (origin, event_id, tenant_id, call_id, event, room, participant_identity, participant_kind,
                                  participant_attributes, disconnect_reason, body, created_at)
    SELECT w.origin, w.event_id, a.tenant_id::text::${tenantIdType}, a.call_id::text::${callIdType}, w.event, w.room, w.participant_identity,
           w.participant_kind, w.participant_attributes, w.disconnect_reason, w.body, w.created_at
    FROM jsonb_populate_record(NULL::livekit_webhooks, $1) w LEFT JOIN call_attempts a ON a.room = w.room
    ON CONFLICT DO NOTHING
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM stored)
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${dispatcher}`,
  ];
}
