import type { SnapshotFeed } from '@dialplane/database';

/** How many requests may wait for a version at a time: each is woken whenever the database is heard of. */
const MOST_WAITS = 10_000;

/** What became of a wait: as the feed has it, or `stopping`: the router stops; `too_many`: others wait already. */
export type Reached = Awaited<ReturnType<SnapshotFeed['reached']>> | 'stopping' | 'too_many';

/** Waits for versions, no more than so many at a time. */
export interface BoundWaits {
  reached(...asked: Parameters<SnapshotFeed['reached']>): Promise<Reached>;
  /** Ends all waits, and those to come at once. */
  stop(): void;
}

export function boundWaits(feed: Pick<SnapshotFeed, 'reached'>, most = MOST_WAITS): BoundWaits {
  const waiting = new Set<AbortController>();
  let isStopping = false;
  return {
    reached: async (wanted, signal) => {
      if (isStopping) return 'stopping';
      if (waiting.size >= most) return 'too_many';
      const stop = new AbortController();
      waiting.add(stop);
      try {
        const outcome = await feed.reached(wanted, AbortSignal.any([signal, stop.signal]));
        return outcome === 'gave_up' && stop.signal.aborted ? 'stopping' : outcome;
      } finally {
        waiting.delete(stop);
      }
    },
    stop: () => {
      isStopping = true;
      for (const stop of waiting) stop.abort();
    },
  };
}
