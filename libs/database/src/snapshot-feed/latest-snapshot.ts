import { parseSnapshotVersion } from '@dialplane/routing';
import type { Snapshot, SnapshotVersion } from '@dialplane/routing';

import type { Marked } from './refresh.ts';

/** The newest snapshot, and when it was last known to be the database's. */
export interface LatestSnapshot {
  current(): Snapshot;
  /** With the mark of its version. */
  marked(): Marked;
  version(): SnapshotVersion;
  /** On the clock of performance.now(). */
  confirmedAt(): number;
  /** `confirmedAt`: a moment at which the database was in this state. */
  swap(snapshot: Snapshot, confirmedAt: number, mark?: string): void;
  confirm(confirmedAt: number): void;
  /** Resolves at the next swap or confirmation, or when the signal is aborted. */
  news(signal: AbortSignal): Promise<void>;
  /** Resolves every `news`. */
  wakeAll(): void;
  /** How many wait for news. */
  waiting(): number;
}

/** Others have their turn before more are woken. */
const WOKEN_AT_ONCE = 500;

export function createLatestSnapshot(first: Snapshot, firstConfirmedAt: number, firstMark = ''): LatestSnapshot {
  let current = first;
  let mark = firstMark;
  let version = versionOf(first);
  let confirmedAt = firstConfirmedAt;
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    const those = [...waiting];
    const wakeFrom = (at: number): void => {
      for (const wake of those.slice(at, at + WOKEN_AT_ONCE)) wake();
      if (at + WOKEN_AT_ONCE < those.length) setImmediate(wakeFrom, at + WOKEN_AT_ONCE);
    };
    wakeFrom(0);
  };
  return {
    current: () => current,
    marked: () => ({ snapshot: current, mark }),
    version: () => version,
    confirmedAt: () => confirmedAt,
    swap: (snapshot, at, itsMark = '') => {
      [current, version, confirmedAt, mark] = [snapshot, versionOf(snapshot), at, itsMark];
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
