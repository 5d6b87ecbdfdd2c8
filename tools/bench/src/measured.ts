import type { Pair, Pairs } from './measure/compare-rates.ts';
import type { ChangeFigures } from './measure/measure-changes.ts';
import type { MemoryFigures } from './measure/measure-in-process.ts';
import type { Machine } from './read-machine.ts';
import type { Mode, Settings } from './settings.ts';

/** All that a run has measured; undefined or empty is what was not run. */
export interface Measured {
  readonly mode: Mode;
  readonly settings: Settings;
  readonly takenAt: Date;
  readonly seconds: number;
  readonly machine: Machine;
  /** By subject: `echo`, `router_1k`, `stream`, `go_echo`, … each beside the router with the most numbers. */
  readonly pairs: Pairs;
  readonly latency: { readonly rate: number; readonly pairs: readonly Pair[] } | undefined;
  readonly changes: ChangeFigures | undefined;
  readonly decisionsPerSecond: readonly number[];
  /** The same with the fewest numbers: what is left when memory is close. */
  readonly decisionsPerSecondAt1k: readonly number[];
  readonly memory: readonly MemoryFigures[];
}
