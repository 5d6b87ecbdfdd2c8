import type { Snapshot } from './snapshot.ts';

/** A snapshot without rows, to stage the first ones from. */
export function emptySnapshot(): Snapshot {
  throw new Error('to come');
}
