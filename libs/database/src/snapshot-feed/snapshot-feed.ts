import type { Snapshot, SnapshotVersion, TableName } from '@dialplane/routing';

/** A snapshot of the configuration that follows the database. */
export interface SnapshotFeed {
  /** The newest snapshot. It never changes; a newer one takes its place. */
  current(): Snapshot;
  /** Milliseconds since `current()`'s version was last confirmed to be the database's, by a monotonic clock. */
  ageMs(): number;
  /**
   * Waits until `current()` is at least as new as `wanted`. `other_epoch`: the database itself is of another
   * epoch, so that `wanted` will never come. `gave_up`: the signal was aborted before, or the feed stopped.
   */
  reached(wanted: SnapshotVersion, signal: AbortSignal): Promise<'reached' | 'other_epoch' | 'gave_up'>;
  /** Where the first snapshot came from. */
  readonly startedFrom: 'database' | 'file';
  /** Writes the snapshot file a last time, when there is one, and disconnects. */
  stop(): Promise<void>;
}

export interface SnapshotFeedOptions {
  /** The primary's, under the router's role. */
  readonly url: string;
  readonly schema: string;
  /** Where the snapshot is kept for a start without the database; undefined: nowhere. */
  readonly file?: string | undefined;
  /** What tells the server from others, in the snapshot file; by default `host:port` of the URL. */
  readonly server?: string | undefined;
  /** How often the version is asked for, in case a notification was lost. Infinity: never. */
  readonly pollMs?: number;
  /** Whether notifications are listened for; without them there is the poll. */
  readonly listens?: boolean;
  /** How often everything is compared with the database, in case triggers were off. Infinity: never. */
  readonly digestEveryMs?: number;
  /** How often changes that every router should have seen are forgotten. Infinity: never. */
  readonly pruneEveryMs?: number;
  /** How long after a change the snapshot file is written, at most. */
  readonly writeFileEveryMs?: number;
  readonly onEvent?: (event: FeedEvent) => void;
}

/** What a feed tells of itself, for logs and metrics. No event holds a secret. */
export type FeedEvent =
  /** Everything was read; `why` says what for. */
  | {
      readonly kind: 'loaded';
      readonly from: 'database' | 'file';
      readonly why: string;
      readonly snapshotVersion: string;
      readonly rows: number;
      readonly ms: number;
    }
  /** Changed rows were read. */
  | { readonly kind: 'applied'; readonly snapshotVersion: string; readonly rows: number; readonly ms: number }
  /** The database is out of reach. Once each time; the feed goes on trying. */
  | { readonly kind: 'database_lost'; readonly error: Error }
  /** The database is there, and what changed could not be read from it. Each time; the feed goes on trying. */
  | { readonly kind: 'refresh_failed'; readonly error: Error; readonly retryInMs: number }
  | { readonly kind: 'database_back'; readonly snapshotVersion: string; readonly lostForMs: number }
  | { readonly kind: 'digest_matched'; readonly snapshotVersion: string; readonly ms: number }
  /** Rows differed from the database's although no change was told of. They were read anew. */
  | { readonly kind: 'digest_mismatch'; readonly snapshotVersion: string; readonly tables: readonly TableName[] }
  /** Changes up to the version were forgotten; 0: none were old enough. */
  | { readonly kind: 'pruned'; readonly version: number }
  /** Comparing or forgetting failed; it is tried again next time. */
  | { readonly kind: 'upkeep_failed'; readonly error: Error }
  | { readonly kind: 'file_written'; readonly snapshotVersion: string; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'file_failed'; readonly error: Error }
  /** The file cannot be started from. */
  | { readonly kind: 'file_refused'; readonly problem: string };

/** How often the version is asked for. */
export const POLL_MS = 2_000;
export const DIGEST_EVERY_MS = 3_600_000;
export const PRUNE_EVERY_MS = 3_600_000;
export const WRITE_FILE_EVERY_MS = 60_000;
/** For how long changes are kept, as PostgreSQL writes it: a router that was away for longer reads everything. */
export const KEEP_CHANGES_FOR = '7 days';
