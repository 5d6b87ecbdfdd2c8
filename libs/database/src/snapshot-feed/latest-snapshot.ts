import { parseSnapshotVersion } from '@dialplane/routing';
import type { Snapshot, SnapshotVersion } from '@dialplane/routing';

/** The newest snapshot, and when it was last known to be the database's. */
export interface LatestSnapshot {
  current(): Snapshot;
  version(): SnapshotVersion;
  /** On the clock of performance.now(). */
  confirmedAt(): number;
  /** `confirmedAt`: a moment at which the database was in this state. */
  swap(snapshot: Snapshot, confirmedAt: number): void;
  confirm(confirmedAt: number): void;
  /** Resolves at the next swap or confirmation, or when the signal is aborted. */
  news(signal: AbortSignal): Promise<void>;
  /** Resolves every `news`. */
  wakeAll(): void;
  /** How many wait for news. */
  waiting(): number;
}

export function createLatestSnapshot(first: Snapshot, firstConfirmedAt: number): LatestSnapshot {
  let current = first;
  let version = versionOf(first);
  let confirmedAt = firstConfirmedAt;
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake();
  };
  return {
    current: () => current,
    version: () => version,
    confirmedAt: () => confirmedAt,
    swap: (snapshot, at) => {
      [current, version, confirmedAt] = [snapshot, versionOf(snapshot), at];
      wakeAll();
    },
    confirm: (at) => {
      confirmedAt = at;
      wakeAll();
    },
    news: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
    wakeAll,
    waiting: () => waiting.size,
  };
}

function versionOf({ snapshotVersion }: Snapshot): SnapshotVersion {
  const version = parseSnapshotVersion(snapshotVersion);
  if (version === undefined) throw new Error(`A snapshot has the version ${snapshotVersion}, which is none.`);
  return version;
}
