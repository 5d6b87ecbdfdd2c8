import type { CallClient } from './call-client.ts';

/** What this process knows of the rooms of a call's attempts. */
export interface CallRooms {
  /** Where to act for each attempt, by its number. */
  readonly clients: Map<number, CallClient>;
  /** Attempts, by number, that this process wrote and whose room it has not asked for yet. */
  readonly unasked: Set<number>;
  /** Attempts, by number, whose room may stand. */
  readonly standing: Set<number>;
  /** Deletions of rooms that go on beside the call. */
  readonly discarding: Set<Promise<void>>;
  /** SIP participants and agents, by identity, that were told of already. */
  readonly strangers: Set<string>;
}

export const createCallRooms = (): CallRooms => ({
  clients: new Map(),
  unasked: new Set(),
  standing: new Set(),
  discarding: new Set(),
  strangers: new Set(),
});
