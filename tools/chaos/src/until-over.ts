import { setTimeout as sleep } from 'node:timers/promises';

import type { Stage } from './parts/start-stage.ts';

const LOOK_EVERY_MS = 1_000;

/** Waits until every call is over, no longer than so many milliseconds. Returns how long that took. */
export async function untilOver(
  { sql, schema }: Pick<Stage, 'sql' | 'schema'>,
  withinMs: number,
  onProgress: (line: string) => void,
): Promise<number> {
  const start = Date.now();
  for (;;) {
    const [row] = await sql<{ open: number }>(
      `SELECT count(*)::int AS open FROM "${schema}".voice_call_logs WHERE state NOT IN ('ended', 'failed', 'cancelled')`,
    );
    const waited = Date.now() - start;
    if (row?.open === 0 || waited > withinMs) return waited;
    if (Math.floor(waited / LOOK_EVERY_MS) % 20 === 0) onProgress(`${row?.open} calls are not over yet`);
    await sleep(LOOK_EVERY_MS);
  }
}
