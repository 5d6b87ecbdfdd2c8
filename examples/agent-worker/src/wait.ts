import { setTimeout as sleep } from 'node:timers/promises';

/** Waits some milliseconds, or until the signal says that waiting is pointless. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
