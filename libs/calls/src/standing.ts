import type { AttemptState, DialMode } from './call.ts';

/** Where a call stands, without what it was asked for: enough to end it, also where the rest cannot be read. */
export interface Standing {
  /** The number of its current attempt, and where that one stands. */
  readonly attempt: number;
  readonly state: AttemptState;
  readonly targetIndex: number;
  readonly dialMode: DialMode;
  readonly isCancelled: boolean;
  /** Since the permit was granted, by the database's clock, in milliseconds; null: it was not. */
  readonly permittedForMs: number | null;
  /** Since the attempt last changed, likewise. */
  readonly unmovedForMs: number;
  readonly ringingTimeoutSeconds: number;
}
