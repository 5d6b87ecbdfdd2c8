/** Runs one statement as the owner of the tables. */
export type Sql = <Row = unknown>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * Makes the database note by whom each event of a call was written, and each lease that was written by another process
 * than the one which carries the call out. Who writes is the `application_name` of its connection: one for each process
 * that is ever started, so that nothing depends on what Dialplane says of itself.
 */
export async function installAudit(sql: Sql, schema: string): Promise<void> {
  for (const statement of statements(`"${schema}"`)) await sql(statement);
}

function statements(schema: string): string[] {
  const definer = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
  return [
    'CREATE SCHEMA chaos',
    `CREATE TABLE chaos.writers (call_id text, number integer, writer text, at timestamptz DEFAULT clock_timestamp(),
       PRIMARY KEY (call_id, number))`,
    'CREATE TABLE chaos.owners (call_id text PRIMARY KEY, writer text NOT NULL)',
    'CREATE TABLE chaos.foreign_lease_writes (call_id text, writer text, owner text, at timestamptz DEFAULT clock_timestamp())',
    `CREATE FUNCTION chaos.note_event() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
     BEGIN
       INSERT INTO chaos.writers (call_id, number, writer)
         VALUES (NEW.call_id::text, NEW.number, current_setting('application_name'));
       IF NEW.kind IN ('accepted', 'taken_over') THEN
         INSERT INTO chaos.owners VALUES (NEW.call_id::text, current_setting('application_name'))
           ON CONFLICT (call_id) DO UPDATE SET writer = excluded.writer;
       END IF;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER chaos_note_event AFTER INSERT ON ${schema}.voice_call_events
       FOR EACH ROW EXECUTE FUNCTION chaos.note_event()`,
    `CREATE FUNCTION chaos.note_lease() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
     BEGIN
       INSERT INTO chaos.foreign_lease_writes (call_id, writer, owner)
         SELECT o.call_id, current_setting('application_name'), o.writer FROM chaos.owners o
         WHERE o.call_id = NEW.id::text AND o.writer <> current_setting('application_name');
       RETURN NULL;
     END $$`,
    // Whoever raises the fence has taken the call over, and says so by an event.
    `CREATE TRIGGER chaos_note_lease AFTER UPDATE ON ${schema}.voice_call_logs FOR EACH ROW
       WHEN (NEW.fence = OLD.fence AND NEW.lease_until IS DISTINCT FROM OLD.lease_until)
       EXECUTE FUNCTION chaos.note_lease()`,
  ];
}
