/**
 * Preloaded into a server (`node --import`), does nothing until it gets SIGUSR2: then it watches the event loop until
 * the next SIGUSR2, and writes what it saw into the file that BENCH_EVENT_LOOP_FILE names.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const file = process.env.BENCH_EVENT_LOOP_FILE ?? '';
let watch: ReturnType<typeof monitorEventLoopDelay> | undefined;

process.on('SIGUSR2', () => {
  if (watch === undefined) {
    watch = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    watch.enable();
    write({ watching: true });
    return;
  }
  watch.disable();
  // The time from one tick to the next, of which a millisecond is the tick's own.
  const pause = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  write({ watching: false, maxMs: pause(watch.max), p99Ms: pause(watch.percentile(99)) });
  watch = undefined;
});

function write(state: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
