import { setTimeout as sleep } from 'node:timers/promises';

/** False when the work fails, when it takes longer, and when there is none. */
export async function succeedsWithin(ms: number, work: Promise<unknown> | undefined): Promise<boolean> {
  if (work === undefined) return false;
  const decided = new AbortController();
  const succeeded = work.then(
    () => true,
    () => false,
  );
  const isLate = sleep(ms, false, { signal: decided.signal }).catch(() => false);
  return Promise.race([succeeded, isLate]).finally(() => decided.abort());
}
