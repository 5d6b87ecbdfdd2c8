import { setTimeout as sleep } from 'node:timers/promises';

import type { BreakOne, Fault } from './faults.ts';
import type { Random } from './random.ts';

export interface RunFaultsOptions {
  readonly plan: readonly Fault[];
  readonly breakOne: BreakOne;
  readonly random: Random;
  /** The mean time from one fault to the next, in milliseconds. */
  readonly everyMs: number;
  /** Is told of each fault that is mended. */
  readonly onFault?: (what: string) => void;
}

/** Breaks one thing after the other, several at a time; resolves, when all is mended, to how often each was broken. */
export async function runFaults(options: RunFaultsOptions): Promise<Record<Fault, number>> {
  const { plan, breakOne, random, everyMs, onFault = () => {} } = options;
  const counts = { kill: 0, freeze: 0, postgres: 0, livekit: 0, cut: 0, restart: 0 };
  const underWay: Promise<void>[] = [];
  for (const fault of plan) {
    underWay.push(
      breakOne(fault).then((what) => {
        counts[fault] += 1;
        onFault(what);
      }),
    );
    // A rejection is to end the run, not the process.
    underWay.at(-1)?.catch(() => {});
    await sleep(random.between(everyMs / 2, everyMs * 1.5));
  }
  await Promise.all(underWay);
  return counts;
}
