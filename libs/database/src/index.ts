/** PostgreSQL: the embedded server, migrations, and the repositories of the domain. */
export {
  AdoptedTableError,
  DatabaseUnavailableError,
  NameTakenError,
  SchemaNotMigratedError,
  UnsafeRoleError,
} from './database-errors.ts';
export { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export type { EmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { stopEmbeddedPostgres } from './embedded/stop-embedded-postgres.ts';
export { migrate } from './migrate.ts';
export type { Migrated } from './migrate.ts';
export { openDatabase } from './open-database.ts';
export type { Database } from './open-database.ts';
export { readDatabaseTime } from './read-database-time.ts';
export { readSnapshotVersion } from './read-snapshot-version.ts';
export { createCallHistory } from './repositories/call-history.ts';
export { createCallRepository } from './repositories/call-repository.ts';
export { createDeploymentRepository } from './repositories/deployment-repository.ts';
export { createDoNotCallRepository } from './repositories/do-not-call-repository.ts';
export { createLiveKitConfigRepository } from './repositories/livekit-config-repository.ts';
export { createNumberRepository } from './repositories/number-repository.ts';
export { createTenantRepository } from './repositories/tenant-repository.ts';
export { createTargetReader } from './repositories/target-reader.ts';
export type { FoundTarget, SoughtTarget, TargetReader, TrunkStanding } from './repositories/target-reader.ts';
export { createTrunkReader } from './repositories/trunk-reader.ts';
export type { TrunkReader } from './repositories/trunk-reader.ts';
export { createTrunkRepository } from './repositories/trunk-repository.ts';
export { createUserRepository, createUserTenantReader } from './repositories/user-repository.ts';
export { createWebhookAges } from './repositories/webhook-ages.ts';
export type { WebhookAge, WebhookAges } from './repositories/webhook-ages.ts';
export { createWebhookKeyReader } from './repositories/webhook-key-reader.ts';
export type { StoredWebhookKey, WebhookKeyReader } from './repositories/webhook-key-reader.ts';
export { createWebhookStore } from './repositories/webhook-store.ts';
export { DEFAULT_HOME, DEFAULT_SCHEMA, resolveDatabase } from './resolve-database.ts';
export type { ResolvedDatabase } from './resolve-database.ts';
export type { DatabaseRole } from './roles.ts';
export type { FeedEvent, SnapshotFeed, SnapshotFeedOptions } from './snapshot-feed/snapshot-feed.ts';
export { startSnapshotFeed } from './snapshot-feed/start-snapshot-feed.ts';
