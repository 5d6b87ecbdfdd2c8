import { join } from 'node:path';

import type { ChaosReport } from './report/to-json.ts';
import { toCounts } from './report/to-json.ts';
import { runChaos } from './run-chaos.ts';
import type { ChaosResult } from './run-chaos.ts';
import { SABOTAGES } from './sabotage/sabotages.ts';
import type { Settings } from './settings.ts';

export type TwinSettings = Omit<Settings, 'json'>;

export interface Twins {
  readonly whole: ChaosResult;
  readonly sabotaged: Readonly<Record<string, ChaosResult>>;
  readonly report: ChaosReport;
}

/** For calls to come to their ends after the chaos: what is promised. */
const SETTLE_MS = 180_000;
/** For what a process does that has slept to be seen. */
const TWIN_SETTLES_MS = 8_000;
/** Short, as most of them have something to say. */
const TALK_MS = 3_000;

const NOTHING_ELSE = { freeze: 0, postgres: 0, livekit: 0, cut: 0, restart: 0 };
/** Without the permit: agents that ask twice are enough. */
const WITHOUT_PERMIT = { kills: 1, faults: NOTHING_ELSE, calls: 60, talkMs: TALK_MS };
/** Without the fence: processes sleep past their leases, and calls last longer than that. */
const WITHOUT_FENCE = { kills: 0, faults: { ...NOTHING_ELSE, freeze: 2 }, calls: 40, talkMs: 40_000, callee: '00' };

/**
 * The whole run, and two shorter ones without a protection, which begin when the whole one waits for its last calls:
 * some are in doubt for a minute and a half.
 */
export async function runWithTwins(settings: TwinSettings, onProgress: (line: string) => void): Promise<Twins> {
  const sabotaged: Record<string, ChaosResult> = {};
  const settling = Promise.withResolvers<void>();
  const { sabotage: wantsTwins, ...asked } = settings;
  const common = { ...asked, onProgress };
  const whole = runChaos({
    ...common,
    logFolder: join(settings.logFolder, 'whole'),
    talkMs: TALK_MS,
    settleMs: SETTLE_MS,
    onSettling: settling.resolve,
  });
  whole.catch(() => {});
  // When it fails before it settles, nothing else is begun.
  await Promise.race([settling.promise, whole]);
  if (wantsTwins) {
    const twins = { permit: WITHOUT_PERMIT, fence: WITHOUT_FENCE };
    for (const name of ['permit', 'fence'] as const) {
      sabotaged[name] = await runChaos({
        ...common,
        ...twins[name],
        logFolder: join(settings.logFolder, `without-${name}`),
        everyMs: 1_000,
        dispatchers: 2,
        realAgents: false,
        sabotage: SABOTAGES[name],
        settleMs: TWIN_SETTLES_MS,
        onProgress: (line) => onProgress(`without ${name}: ${line}`),
      });
    }
  }
  const done = await whole;
  const counts = Object.entries(sabotaged).map(([name, result]) => [name, toCounts(result)] as const);
  return { whole: done, sabotaged, report: { ...toCounts(done), sabotaged: Object.fromEntries(counts) } };
}
