import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@jest/globals';

import { SABOTAGES } from '../src/sabotage/sabotages.ts';
import { runStops } from '../src/stops/run-stops.ts';
import { STOP_POINTS } from '../src/stops/stop-points.ts';
import type { StopPoint } from '../src/stops/stop-points.ts';

const preloaded = (name: string): string => fileURLToPath(new URL(`../src/stops/${name}.ts`, import.meta.url));
const aFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'dialplane-stops-'));
const WITHIN_MS = 300_000;

test(
  'a dispatcher that stops past its lease, at each await of a dial, and goes on: one permit, one ring, no stale write',
  async () => {
    const { violations } = await runStops({
      points: Object.keys(STOP_POINTS) as StopPoint[],
      preload: preloaded('stop-at-points'),
      logFolder: await aFolder(),
      onProgress: () => {},
    });
    // Those that are in doubt are so for a minute and a half.
    const { notTerminal: _, ...rest } = violations;
    expect(rest).toEqual({ lost: [], rungTwice: [], twoPermits: [], staleWrites: [], roomsLeft: [] });
  },
  WITHIN_MS,
);

test(
  'twin: without the fence it writes what it was about to',
  async () => {
    const { inDatabase } = SABOTAGES.fence;
    const { violations } = await runStops({
      points: ['after createRoom', 'the dial is sent'],
      preload: preloaded('stop-without-fence'),
      ...(inDatabase && { inDatabase }),
      logFolder: await aFolder(),
      onProgress: () => {},
    });
    expect(violations.staleWrites).not.toEqual([]);
  },
  WITHIN_MS,
);
