/** A table that a long transaction holds makes everybody wait behind the migration: rather give up. */
export const LOCK_TIMEOUT = '10s';
