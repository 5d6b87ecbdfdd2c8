import type { Call, CallReason, NewCall } from './call.ts';

export type AcceptOutcome =
  /** The key is new; the call is durable. */
  { readonly kind: 'accepted'; readonly call: Call } | KnownKey;

/** The key was used before. */
export type KnownKey =
  /** For the same request. */
  | { readonly kind: 'replayed'; readonly call: Call }
  /** For another request. */
  | { readonly kind: 'conflict'; readonly callId: string }
  /** For the same request, and the call's row was deleted since: what became of the call is not known here. */
  | { readonly kind: 'gone'; readonly callId: string };

export interface IdempotencyKey {
  /** 1 to 255 printable ASCII characters. */
  readonly key: string;
  /** From `requestHash`. */
  readonly requestHash: string;
}

/** A step of an attempt. */
export type AttemptMove =
  | { readonly to: 'room_ready'; readonly agentDispatchId: string | null }
  | { readonly to: 'agent_ready' }
  | { readonly to: 'failed' | 'unknown'; readonly reason: CallReason };

/** Calls as they are stored. Every method sees the given tenant's calls alone. */
export interface CallRepository {
  findByKey(tenantId: string, key: IdempotencyKey): Promise<KnownKey | undefined>;
  /** Writes key and call in one transaction; of several concurrent writers of one key one is `accepted`. */
  accept(tenantId: string, key: IdempotencyKey, call: NewCall): Promise<AcceptOutcome>;
  /**
   * Writes attempt n, PLANNED, on the call's target of the same index (attempt 1 is targets[0]), and moves the
   * call from attempt n−1 to n and to IN_PROGRESS, in one transaction. False: another writer was first.
   */
  startAttempt(tenantId: string, callId: string, attempt: { number: number; room: string }): Promise<boolean>;
  /**
   * Moves an attempt by the transition table, and the call with it. False: it is no longer in a state that
   * allows it, and nothing was changed.
   */
  moveAttempt(tenantId: string, callId: string, attemptNumber: number, move: AttemptMove): Promise<boolean>;
  get(tenantId: string, callId: string): Promise<Call | undefined>;
}
