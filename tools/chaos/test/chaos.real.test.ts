import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { judge } from '../src/report/judge.ts';
import { toText } from '../src/report/to-text.ts';
import { runWithTwins } from '../src/run-with-twins.ts';

/** A call whose dial is in doubt stays so for a minute and a half. */
const WITHIN_MS = 600_000;

test(
  'no call is lost, rung twice or left behind by a handful of kills, and without permit or fence the run fails',
  async () => {
    const { whole, sabotaged, report } = await runWithTwins(
      {
        kills: 5,
        calls: 60,
        dispatchers: 2,
        seed: 20_261_125,
        everyMs: 1_500,
        callsPerSecond: 3,
        realAgents: false,
        sabotage: true,
        logFolder: await mkdtemp(join(tmpdir(), 'dialplane-chaos-')),
      },
      () => {},
    );
    if (judge(report).length > 0) console.log(toText(whole, sabotaged));
    expect(judge(report)).toEqual([]);
    expect(report.kills).toBe(5);
    expect(report.calls).toBeGreaterThanOrEqual(60);
  },
  WITHIN_MS,
);
