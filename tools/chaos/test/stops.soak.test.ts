import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@jest/globals';

import { runStops } from '../src/stops/run-stops.ts';
import { STOP_POINTS } from '../src/stops/stop-points.ts';
import type { StopPoint } from '../src/stops/stop-points.ts';

const STOPS = 200;
const SETTLE_MS = 180_000;
const WITHIN_MS = 3_600_000;

test(
  'a dispatcher is stopped past its lease, and goes on, 200 times: no stale write, and every call ends',
  async () => {
    const points = Object.keys(STOP_POINTS) as StopPoint[];
    const { violations, stops, settledAfterMs, outcomes } = await runStops({
      points: Array.from({ length: STOPS }, (_, n) => points[n % points.length] ?? 'planned'),
      preload: fileURLToPath(new URL('../src/stops/stop-at-points.ts', import.meta.url)),
      logFolder: await mkdtemp(join(tmpdir(), 'dialplane-stops-')),
      settleMs: SETTLE_MS,
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    console.log(JSON.stringify({ stops, settledAfterMs, violations, outcomes }));
    expect(violations).toEqual({
      lost: [],
      rungTwice: [],
      twoPermits: [],
      notTerminal: [],
      staleWrites: [],
      roomsLeft: [],
    });
    expect(stops).toBe(STOPS);
  },
  WITHIN_MS,
);
