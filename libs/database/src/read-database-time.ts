import type { Database } from './open-database.ts';

/** What the database's clock says, in milliseconds since 1970. Throws DatabaseUnavailableError. */
export async function readDatabaseTime(db: Pick<Database, 'query'>): Promise<number> {
  const [row] = await db.query<{ now: Date }>(null, 'SELECT clock_timestamp() AS now', []);
  if (row === undefined) throw new Error('The database does not tell the time.');
  return row.now.getTime();
}
