import type { SnapshotVersion } from '@dialplane/routing';

import type { LatestSnapshot } from './latest-snapshot.ts';

/**
 * Waits until the snapshot is at least as new as `wanted`, or until it is over, which an abortion of the signal or
 * any news of the snapshot may tell. `ask` has the database asked for its version now.
 */
export async function reachVersion(
  latest: LatestSnapshot,
  wanted: SnapshotVersion,
  isOver: () => boolean,
  signal: AbortSignal,
  ask: () => void,
): Promise<'reached' | 'other_epoch' | 'gave_up'> {
  const began = performance.now();
  let hasAsked = false;
  for (;;) {
    const { epoch, version } = latest.version();
    if (epoch === wanted.epoch && version >= wanted.version) return 'reached';
    // We may be behind the database, which alone can tell what its epoch is.
    if (epoch !== wanted.epoch && latest.confirmedAt() >= began) return 'other_epoch';
    if (isOver()) return 'gave_up';
    if (!hasAsked) ask();
    hasAsked = true;
    await latest.news(signal);
  }
}
