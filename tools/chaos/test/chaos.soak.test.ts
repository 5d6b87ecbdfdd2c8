import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { judge } from '../src/report/judge.ts';
import { toText } from '../src/report/to-text.ts';
import { runWithTwins } from '../src/run-with-twins.ts';

const HOUR_MS = 3_600_000;

test(
  '1,000 kills, 200 sleeps past the lease and 10,000 calls',
  async () => {
    const { whole, sabotaged, report } = await runWithTwins(
      {
        kills: 1_000,
        calls: 10_000,
        seed: Date.now() % 2 ** 31,
        dispatchers: 4,
        everyMs: 1_100,
        callsPerSecond: 4,
        realAgents: true,
        sabotage: true,
        logFolder: await mkdtemp(join(tmpdir(), 'dialplane-chaos-')),
      },
      (line) => process.stderr.write(`${line}\n`),
    );
    console.log(toText(whole, sabotaged));
    expect(judge(report)).toEqual([]);
    expect(report.kills).toBe(1_000);
    expect(whole.faults.freeze).toBeGreaterThanOrEqual(200);
  },
  4 * HOUR_MS,
);
