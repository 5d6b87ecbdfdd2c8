/**
 * What a number costs in memory: by how much the resident set of this process grows when a snapshot goes from no
 * numbers to so many, their rules included, divided by how many. Tenants, users, configs, trunks and the do-not-call
 * list are there before. Prints JSON. Needs --expose-gc.
 * Usage: memory-per-number.ts <numbers>
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildSnapshot } from '../fleet/build-snapshot.ts';
import { numberRow } from '../fleet/fleet-rows.ts';

/** How many numbers are staged at a time, as a load from the database does. */
const WARM_UP = 50_000;
const [numbers = 0] = process.argv.slice(2).map(Number);

interface Memory {
  readonly rss: number;
  /** What V8 itself says is in use: heap, and memory of buffers outside of it. */
  readonly used: number;
}

/** Everything that can be collected is, and V8 has given back what it does not need. */
async function settledMemory(): Promise<Memory> {
  let least = Infinity;
  for (let tries = 0; tries < 10; tries++) {
    globalThis.gc?.();
    await sleep(50);
    least = Math.min(least, residentSet());
  }
  const { heapUsed, external } = process.memoryUsage();
  return { rss: least, used: heapUsed + external };
}

function residentSet(): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readStatus())?.[1];
  return kilobytes === undefined ? process.memoryUsage().rss : Number(kilobytes) * 1_024;
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}

if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc.');
// The code is compiled and the young generation has its size before anything is counted.
buildSnapshot(WARM_UP);
let snapshot = buildSnapshot(0);
const before = await settledMemory();
const staging = snapshot.stage();
for (let n = 0; n < numbers; n++) staging.put('voice_agent_numbers', numberRow(n));
snapshot = staging.commit('0123456789ab.2');
const after = await settledMemory();
if (snapshot.counts.voice_agent_numbers !== numbers) throw new Error('Numbers are missing.');
console.log(
  JSON.stringify({
    bytesPerNumber: (after.rss - before.rss) / numbers,
    usedBytesPerNumber: (after.used - before.used) / numbers,
    rssBytes: after.rss,
    distinctRules: snapshot.distinctRules,
  }),
);
