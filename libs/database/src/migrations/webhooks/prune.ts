import { ROLES } from '../../roles.ts';

/**
 * Forgets webhooks, a few at a time. Those of a call that is not over, or has been so for less than `keep`, stay. Nothing
 * waits for a row that another process is just deleting. Whatever is asked, a day's are kept.
 */
export function pruneWebhooks(schema: string): string[] {
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp SET row_security = off`;
  const signature = 'prune_livekit_webhooks(interval, integer)';
  return [
    `CREATE INDEX dialplane_livekit_webhooks_received ON livekit_webhooks (received_at)`,
    `CREATE FUNCTION prune_livekit_webhooks(keep interval, at_most integer) RETURNS integer LANGUAGE sql ${definer} AS $$
  WITH since AS (
    SELECT clock_timestamp() - greatest($1, interval '1 day') AS at
  ), old AS (
    SELECT w.origin, w.event_id, w.kept_for FROM livekit_webhooks w
    WHERE w.received_at < (SELECT at FROM since) AND NOT EXISTS (
      SELECT FROM voice_call_logs c
      WHERE c.tenant_id = w.tenant_id AND c.id = w.call_id
        AND (c.state IN ('accepted', 'in_progress', 'unknown') OR c.ended_at >= (SELECT at FROM since))
    )
    ORDER BY w.received_at LIMIT $2 FOR UPDATE OF w SKIP LOCKED
  ), gone AS (
    DELETE FROM livekit_webhooks w USING old
    WHERE w.origin = old.origin AND w.event_id = old.event_id AND w.kept_for = old.kept_for
    RETURNING 1
  )
  SELECT count(*)::integer FROM gone
$$`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${ROLES.dispatcher}`,
  ];
}
