import type { Fault } from './faults.ts';
import type { RingCount } from './ring-log.ts';
import type { DialStatus } from './start-dial.ts';

/** One dial that is not over. */
export interface CurrentDial {
  readonly sipCallId: string;
  readonly room: string;
  readonly identity: string;
  readonly number: string;
  readonly sipTrunkId: string;
  readonly status: DialStatus;
}

/** What can be seen and changed while it runs, by code and by the control endpoint alike. */
export interface Controls {
  /** Since its start. */
  rings(): RingCount[];
  dials(): CurrentDial[];
  faults(): readonly Fault[];
  setFaults(faults: readonly Fault[]): void;
  trunks(): readonly string[];
  /** An empty list is a Redis that has lost them. */
  setTrunks(ids: readonly string[]): void;
  /** Moves the clock that `Date` headers and the check of dials' tokens go by; LiveKit's own stays. */
  setClockSkewMs(ms: number): void;
}
