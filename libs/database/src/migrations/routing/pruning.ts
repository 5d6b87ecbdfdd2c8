import { ROLES } from '../../roles.ts';
import { LOCK_CLASS } from '../first/change-feed.ts';

/** How long a commit waits for those before it, each of which takes as long as a commit. */
const COMMIT_WITHIN = '10s';

/**
 * What lets the change feed forget. A reader that is behind `pruned_version` has to read everything anew.
 */
export function pruning(schema: string): string[] {
  const definer = `SECURITY DEFINER SET search_path = pg_catalog, "${schema}", pg_temp`;
  return [
    // Commits that had not reached the disk when the server crashed are lost, and their numbers are given out again, the
    // transactions' too. By its mark a reader sees whether a version is the one that it has read.
    `ALTER TABLE change_versions
       ADD COLUMN created_at timestamptz NOT NULL DEFAULT clock_timestamp(), ADD COLUMN mark uuid NOT NULL DEFAULT gen_random_uuid()`,
    `CREATE INDEX change_versions_created_at ON change_versions (created_at)`,
    `ALTER TABLE change_epoch ADD COLUMN pruned_version bigint NOT NULL DEFAULT 0`,

    // A stamp is of use until its transaction commits. Kept in a dump, it would silence the transaction that has
    // the same number where the dump is restored.
    `CREATE OR REPLACE FUNCTION publish_change() RETURNS trigger LANGUAGE plpgsql ${definer}
  SET lock_timeout = '${COMMIT_WITHIN}' AS $$
DECLARE
  next bigint;
BEGIN
  BEGIN
    PERFORM pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(TG_TABLE_SCHEMA));
  EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'the change of routing in schema % was not committed: another one has been committing for ${COMMIT_WITHIN}', TG_TABLE_SCHEMA
      USING ERRCODE = 'lock_not_available', HINT = 'Look in pg_locks for who holds the advisory lock ${LOCK_CLASS}: SET CONSTRAINTS ALL IMMEDIATE holds it to the end of its transaction.';
  END;
  next := nextval('change_version');
  INSERT INTO change_versions VALUES (next, NEW.xid);
  DELETE FROM change_stamps WHERE xid = NEW.xid;
  PERFORM pg_notify('dialplane_changes', TG_TABLE_SCHEMA || ' ' || next);
  RETURN NULL;
END $$`,
    `DELETE FROM change_stamps`,

    // The newest version always stays, so that the position is never forgotten. Where a dump was restored, an old
    // version and a new one may have the same xid.
    `CREATE FUNCTION prune_changes(keep interval) RETURNS bigint LANGUAGE plpgsql ${definer} AS $$
DECLARE
  until bigint;
BEGIN
  IF keep < interval '1 hour' THEN
    RAISE EXCEPTION 'prune_changes: keep at least an hour, or routers that are behind read everything anew';
  END IF;
  IF NOT pg_try_advisory_xact_lock(1145655403, hashtext('${schema}')) THEN
    RETURN 0;
  END IF;
  SELECT max(version) INTO until FROM change_versions
  WHERE created_at < clock_timestamp() - keep AND version < (SELECT max(version) FROM change_versions);
  IF until IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM change_log WHERE xid IN (
    SELECT xid FROM change_versions WHERE version <= until
    EXCEPT SELECT xid FROM change_versions WHERE version > until
  );
  DELETE FROM change_versions WHERE version <= until;
  UPDATE change_epoch SET pruned_version = until;
  RETURN until;
END $$`,
    `REVOKE ALL ON FUNCTION prune_changes(interval) FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION prune_changes(interval) TO ${ROLES.router}`,

    // The rows changed after a version, and how far back the log goes. It goes from version to version by the
    // indexes: a planner that knows of one change to a million rows would read them all for every other change.
    `CREATE FUNCTION changes_since(since bigint) RETURNS TABLE (table_name text, row_key text) LANGUAGE sql STABLE ${definer}
  SET enable_seqscan = off AS $$
  SELECT DISTINCT l.table_name, l.row_key
  FROM change_versions v CROSS JOIN LATERAL (
    SELECT c.table_name, c.row_key FROM change_log c WHERE c.xid = v.xid OFFSET 0
  ) l
  WHERE v.version > since
$$`,
    `CREATE FUNCTION pruned_version() RETURNS bigint LANGUAGE sql STABLE ${definer} AS $$ SELECT e.pruned_version FROM change_epoch e $$`,
    `CREATE FUNCTION version_mark(of_version bigint) RETURNS text LANGUAGE sql STABLE ${definer} AS $$
  SELECT v.mark::text FROM change_versions v WHERE v.version = of_version
$$`,
    `REVOKE ALL ON FUNCTION changes_since(bigint), pruned_version(), version_mark(bigint) FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION changes_since(bigint), pruned_version(), version_mark(bigint) TO ${ROLES.router}`,
  ];
}
