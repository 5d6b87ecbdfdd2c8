import { createAlarm } from './alarm.ts';
import type { LatestSnapshot } from './latest-snapshot.ts';
import { removeUnfinished, writeSnapshotFile } from './snapshot-file.ts';
import type { Origin } from './snapshot-file.ts';
import type { FeedEvent } from './snapshot-feed.ts';

/** How old the file may become when nothing changes: it tells when its snapshot was last confirmed. */
const WRITE_UNCHANGED_EVERY_MS = 3_600_000;

/**
 * Keeps a file with the newest snapshot: written at once, and after changes at most every so many milliseconds.
 * The function that is returned writes it a last time, and stops.
 */
export function keepSnapshotFile({
  file,
  origin,
  latest,
  everyMs,
  emit,
}: {
  file: string;
  origin: Origin;
  latest: LatestSnapshot;
  everyMs: number;
  emit: (event: FeedEvent) => void;
}): () => Promise<void> {
  const alarm = createAlarm();
  let isStopping = false;
  let written = { snapshotVersion: '', mark: '', confirmedAt: -Infinity };
  const write = async (): Promise<void> => {
    const began = performance.now();
    const { snapshot, mark } = latest.marked();
    const confirmedAt = latest.confirmedAt();
    const { snapshotVersion } = snapshot;
    try {
      const at = new Date(Date.now() - (began - confirmedAt));
      const bytes = await writeSnapshotFile(file, origin, { snapshot, mark, confirmedAt: at });
      written = { snapshotVersion, mark, confirmedAt };
      emit({ kind: 'file_written', snapshotVersion, bytes, ms: performance.now() - began });
    } catch (error) {
      emit({ kind: 'file_failed', error: error as Error });
    }
  };
  const isDue = (unchangedEveryMs: number): boolean =>
    latest.current().snapshotVersion !== written.snapshotVersion ||
    latest.marked().mark !== written.mark ||
    latest.confirmedAt() - written.confirmedAt > unchangedEveryMs;
  const keep = async (): Promise<void> => {
    await removeUnfinished(file, new Date()).catch(() => {}); // They do no harm.
    while (!isStopping) {
      if (isDue(WRITE_UNCHANGED_EVERY_MS)) await write();
      if (!isStopping) await alarm.sleep(everyMs);
    }
    if (isDue(0)) await write();
  };
  const done = keep();
  return () => {
    isStopping = true;
    alarm.ring();
    return done;
  };
}
