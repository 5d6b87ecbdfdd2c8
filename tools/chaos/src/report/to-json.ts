import type { ChaosResult } from '../run-chaos.ts';

/** Counts of a run, as the last line of stdout has them. */
export interface ChaosCounts {
  readonly calls: number;
  /** kill -9 of dispatchers. */
  readonly kills: number;
  readonly lost: number;
  readonly rung_twice: number;
  readonly two_permits: number;
  readonly not_terminal: number;
  readonly stale_writes: number;
  readonly rooms_left: number;
  /** Dispatchers that ended without being killed. */
  readonly crashes: number;
}

export interface ChaosReport extends ChaosCounts {
  /** The same for runs without one protection, which must fail. */
  readonly sabotaged: Readonly<Record<string, ChaosCounts>>;
}

export function toCounts({ violations, tally, faults, ownEnds }: ChaosResult): ChaosCounts {
  return {
    calls: tally.placed,
    kills: faults.kill,
    lost: violations.lost.length,
    rung_twice: violations.rungTwice.length,
    two_permits: violations.twoPermits.length,
    not_terminal: violations.notTerminal.length,
    stale_writes: violations.staleWrites.length,
    rooms_left: violations.roomsLeft.length,
    crashes: ownEnds.length,
  };
}
