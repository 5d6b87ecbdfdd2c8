/** The tables whose changes the feed tells of, with the SQL of a row's key and of its tenant. */
const WATCHED = [
  { table: 'users', key: 'id::text', tenant: 'tenant_id::text' },
  { table: 'tenants', key: 'id::text', tenant: 'id::text' },
  { table: 'voice_agents', key: 'id::text', tenant: 'tenant_id::text' },
  { table: 'voice_agent_livekit', key: 'id::text', tenant: 'tenant_id::text' },
  { table: 'voice_agent_numbers', key: 'id::text', tenant: 'tenant_id::text' },
  { table: 'deployments', key: 'origin', tenant: 'NULL::text' },
  { table: 'trunks', key: "deployment_origin || ' ' || sip_trunk_id", tenant: 'tenant_id::text' },
];

/** Any constant: the first half of the advisory lock that orders commits; the second is the schema. */
export const LOCK_CLASS = 1_145_655_401;

/**
 * The change feed: whoever changes a routing table by any SQL leaves a log of the rows and, at commit, a
 * version. Versions are in the order of commits, since the lock that is held while one is handed out lasts
 * until the commit is visible. Gaps in them mean nothing.
 */
export function changeFeed(schema: string): string[] {
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp`;
  return [
    `CREATE TABLE change_log (xid xid8 NOT NULL, table_name text NOT NULL, tenant_id text, row_key text)`,
    `CREATE INDEX change_log_xid ON change_log (xid)`,
    `CREATE TABLE change_stamps (xid xid8 PRIMARY KEY)`,
    `CREATE SEQUENCE change_version`,
    `CREATE TABLE change_versions (version bigint PRIMARY KEY, xid xid8 NOT NULL)`,
    `CREATE TABLE change_epoch (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), id uuid NOT NULL DEFAULT gen_random_uuid())`,
    `INSERT INTO change_epoch DEFAULT VALUES`,

    // A statement that changed no row leaves nothing. An update logs the old key and the new one where they differ.
    `CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
DECLARE
  logged bigint;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO change_log VALUES (pg_current_xact_id(), TG_TABLE_NAME, NULL, NULL);
  ELSE
    EXECUTE format(
      'INSERT INTO change_log SELECT DISTINCT pg_current_xact_id(), $1, %s, %s FROM (%s) changed',
      TG_ARGV[1], TG_ARGV[0],
      CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT * FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT * FROM old_rows'
        ELSE 'SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows'
      END
    ) USING TG_TABLE_NAME;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged = 0 THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO change_stamps VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,

    `CREATE FUNCTION publish_change() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
DECLARE
  next bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(TG_TABLE_SCHEMA));
  next := nextval('change_version');
  INSERT INTO change_versions VALUES (next, NEW.xid);
  PERFORM pg_notify('dialplane_changes', TG_TABLE_SCHEMA || ' ' || next);
  RETURN NULL;
END $$`,
    `REVOKE ALL ON FUNCTION log_change(), publish_change() FROM PUBLIC`,

    // Deferred, and one stamp a transaction: hence once, when it commits.
    `CREATE CONSTRAINT TRIGGER publish_change AFTER INSERT ON change_stamps
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION publish_change()`,
    ...WATCHED.flatMap(triggersOn),

    // Another cluster, a promotion, a restored database and a table made anew each have another epoch.
    `CREATE FUNCTION feed_position(OUT epoch text, OUT version bigint) LANGUAGE sql STABLE ${definer} AS $$
  SELECT
    left(md5(concat_ws('/',
      (SELECT system_identifier FROM pg_control_system()),
      CASE WHEN pg_is_in_recovery()
        THEN (SELECT lpad(to_hex(timeline_id), 8, '0') FROM pg_control_checkpoint())
        ELSE lower(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))
      END,
      (SELECT oid FROM pg_database WHERE datname = current_database()),
      e.tableoid,
      e.id
    )), 12),
    (SELECT coalesce(max(v.version), 0) FROM change_versions v)
  FROM change_epoch e
$$`,
    `REVOKE ALL ON FUNCTION feed_position() FROM PUBLIC`,
  ];
}

/** Has the feed tell of a table's changes; `key` and `tenant` are the SQL of a row's key and of its tenant. */
export function triggersOn({ table, key, tenant }: { table: string; key: string; tenant: string }): string[] {
  const quote = (sql: string): string => `'${sql.replaceAll("'", "''")}'`;
  const log = `EXECUTE FUNCTION log_change(${quote(key)}, ${quote(tenant)})`;
  return [
    `CREATE TRIGGER dialplane_log_insert AFTER INSERT ON ${table} REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT ${log}`,
    `CREATE TRIGGER dialplane_log_update AFTER UPDATE ON ${table}
       REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT ${log}`,
    `CREATE TRIGGER dialplane_log_delete AFTER DELETE ON ${table} REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT ${log}`,
    `CREATE TRIGGER dialplane_log_truncate AFTER TRUNCATE ON ${table} FOR EACH STATEMENT ${log}`,
  ];
}
