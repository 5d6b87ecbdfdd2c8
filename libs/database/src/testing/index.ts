/** Databases for tests; nothing here is used by a running Dialplane. */
export { createTestDatabase } from './create-test-database.ts';
export type { TestDatabase } from './create-test-database.ts';
export { startTestPostgres } from './start-test-postgres.ts';
