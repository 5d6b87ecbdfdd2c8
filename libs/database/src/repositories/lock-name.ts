import type { SqlEntityManager } from '@mikro-orm/postgresql';

/**
 * Lets one transaction at a time look whether something exists and add it. Adopted tables may hold
 * duplicates, so no unique index can do it.
 */
export async function lockName(em: SqlEntityManager, ...name: readonly (string | null)[]): Promise<void> {
  await em.execute('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [JSON.stringify(name)]);
}
