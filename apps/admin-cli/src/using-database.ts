import { outOfReach } from './refusal.ts';

/**
 * Runs what starts or opens the database. Its library throws plain errors for settings that cannot work and
 * for an embedded server that does not start; their messages say what to mend.
 */
export async function usingDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    throw outOfReach(
      'database_unusable',
      error.message,
      'The settings are DATABASE_URL, DATABASE_OWNER_URL, DB_SCHEMA and DIALPLANE_HOME',
    );
  }
}
