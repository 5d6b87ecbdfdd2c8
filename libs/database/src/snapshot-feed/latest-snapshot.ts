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
}

export function createLatestSnapshot(first: Snapshot, firstConfirmedAt: number): LatestSnapshot {
  let current = first;
  let version = versionOf(first);
  let confirmedAt = firstConfirmedAt;
  let waiting: (() => void)[] = [];
  const wakeAll = (): void => {
    const told = waiting;
    waiting = [];
    for (const wake of told) wake();
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
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.push(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
    wakeAll,
  };
}

function versionOf({ snapshotVersion }: Snapshot): SnapshotVersion {
  const version = parseSnapshotVersion(snapshotVersion);
  if (version === undefined) throw new Error(`A snapshot has the version ${snapshotVersion}, which is none.`);
  return version;
}
