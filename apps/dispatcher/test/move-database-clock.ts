import type { Case } from './case.ts';

/**
 * Moves the clock of a case's own database: a function of SQL is written into each statement as it is planned, before
 * anything asks for the built-in one. Every other connection is ended: it has planned statements by the clock as it was.
 * Rejects when the clock has not moved.
 */
export async function moveDatabaseClock({ sql }: Pick<Case, 'sql'>, shiftMs: number): Promise<void> {
  const shift = `interval '${shiftMs} milliseconds'`;
  await sql(`CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT timeofday()::timestamptz + ${shift} $$`);
  await sql(`CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT statement_timestamp() + ${shift} $$`);
  await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  const [row] = await sql<{ off: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS off');
  const off = (row?.off ?? 0) - Date.now() - shiftMs;
  if (Math.abs(off) > 10_000) throw new Error(`The database's clock is ${off} ms from where it is to be.`);
}
