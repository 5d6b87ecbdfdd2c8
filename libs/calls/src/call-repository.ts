import type { Call, CallEvent, CallReason, CallState, DialMode, HungUpBy, NewCall } from './call.ts';
import type { Standing } from './standing.ts';

export type AcceptOutcome =
  /** The key is new; the call is durable with its first attempt, PLANNED, and this process holds its lease. */
  { readonly kind: 'accepted'; readonly call: Call; readonly lease: Lease } | KnownKey;

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

/**
 * The right to be the one who carries a call out. It lasts by the database's clock; when it ran out, whoever takes
 * the call over gets the next fence, and nothing that is written with an earlier one changes anything.
 */
export interface Lease {
  readonly tenantId: string;
  readonly callId: string;
  readonly fence: number;
}

export interface NewAttempt {
  /** One more than the call's last; 1 for the first. */
  readonly number: number;
  readonly targetIndex: number;
  readonly dialMode: DialMode;
  readonly room: string;
}

/** What is known of an attempt, and by what. */
export type AttemptMove = { readonly evidence: string } & (
  | { readonly to: 'room_ready'; readonly agentDispatchId: string | null }
  | { readonly to: 'agent_ready'; readonly agentIdentity: string | null }
  | { readonly to: 'dialing' | 'ringing' | 'answered' }
  | { readonly to: 'ended'; readonly reason: CallReason | null; readonly hungUpBy: HungUpBy | null }
  | {
      readonly to: 'failed';
      readonly reason: CallReason;
      readonly sipCode?: number | undefined;
      /** Whether the call fails with it; false: another target is tried next. */
      readonly isLast: boolean;
      /** Moves nothing when the call's permit is granted: a claim that came first stands. */
      readonly unlessPermitted?: boolean | undefined;
    }
  | { readonly to: 'unknown'; readonly reason: CallReason }
);

export type PermitOutcome =
  /**
   * `isNew`: false when the same holder and nonce, and of a dispatcher the same lease, have it already: whoever sees
   * false may have dialled. A claim that is repeated after the call was cancelled, or is over, is refused.
   */
  | { readonly kind: 'granted'; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly why: 'revoked' | 'held' | 'cancelled' | 'over' | 'do_not_call' };

export interface CancelResult {
  readonly outcome: 'in_time' | 'may_have_rung' | 'ending' | 'was_over';
  readonly call: Call;
}

export interface CallFilter {
  readonly states: readonly CallState[];
  readonly toNumber: string | undefined;
  readonly fromNumber: string | undefined;
  readonly createdFrom: Date | undefined;
  readonly createdBefore: Date | undefined;
}

/** Where the page before ended. */
export interface CallPosition {
  readonly createdAt: Date;
  readonly callId: string;
}

/** An event with the call that it happened to. */
export interface HappenedEvent extends CallEvent {
  readonly callId: string;
  /** Where the call stands now. */
  readonly callState: CallState;
}

/**
 * Calls as they are stored. Every method but the ones of leases sees the given tenant's calls alone. Whoever carries
 * a call out writes with its fence; everybody else with a comparison of what they have seen, under the call's lock.
 */
export interface CallRepository {
  findByKey(tenantId: string, key: IdempotencyKey): Promise<KnownKey | undefined>;
  /**
   * Writes key, call, first attempt and event in one transaction; of several concurrent writers of one key one is
   * `accepted`.
   */
  accept(tenantId: string, key: IdempotencyKey, call: NewCall, attempt: NewAttempt): Promise<AcceptOutcome>;
  /**
   * Writes the next attempt, PLANNED, unless a permit was granted or the call is cancelled or over. The attempts
   * before are thereby revoked. False: nothing was changed.
   */
  startAttempt(lease: Lease, attempt: NewAttempt): Promise<boolean>;
  /**
   * Moves the current attempt by the transition table, and the call with it. False: the fence is old, or the
   * attempt is not in a state that allows it; nothing was changed. A SIP code and its reason may still be added to
   * a FAILED attempt within two seconds of its end.
   */
  move(lease: Lease, attempt: number, move: AttemptMove): Promise<boolean>;
  /** The same for what the permit's holder reports, whichever process hears it. */
  report(tenantId: string, callId: string, attempt: number, holder: string, move: AttemptMove): Promise<boolean>;
  /**
   * Grants the call's one permit to its current attempt, which it moves to PERMITTED (and before that to
   * AGENT_READY), if no other holder has it, the call is neither cancelled nor over, and its number is on no
   * do-not-call list. The one place where the right to dial is given. `lease`: of the process that wants to dial
   * itself; an agent's claim has none.
   */
  grantPermit(
    tenantId: string,
    callId: string,
    attempt: number,
    claim: { readonly holder: string; readonly nonce: string | null; readonly lease?: Lease },
  ): Promise<PermitOutcome>;
  /**
   * Notes once, with an event, that the agent of this attempt asks for the dial. False: the attempt is revoked or
   * over, the call is cancelled, another job asked before, or the dispatcher has the permit and dials for another one.
   */
  requestDial(tenantId: string, callId: string, attempt: number, jobId: string): Promise<boolean>;
  /**
   * Notes once that the call is to end. A call between two attempts, the last one FAILED, is CANCELLED at once.
   * Undefined: the tenant has no such call.
   */
  cancel(tenantId: string, callId: string): Promise<CancelResult | undefined>;
  /** Adds an event that moves nothing. */
  note(lease: Lease, attempt: number, kind: CallEvent['kind'], evidence: string): Promise<boolean>;
  get(tenantId: string, callId: string): Promise<Call | undefined>;
  /** Undefined when the fence is old, or the call is over. */
  stand(lease: Lease): Promise<Standing | undefined>;
  events(tenantId: string, callId: string, after: number): Promise<readonly CallEvent[]>;
  /** Newest first. */
  list(
    tenantId: string,
    filter: CallFilter,
    page: { readonly after: CallPosition | undefined; readonly limit: number },
  ): Promise<readonly Call[]>;

  /** Prolongs leases of this process, of any tenants; returns those that it still holds. */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]>;
  /** Takes calls over that are not over and whose lease ran out: each gets its next fence, and an event. */
  takeOver(limit: number): Promise<readonly Lease[]>;
  /** Gives leases up at once, so that others can take the calls over. */
  release(leases: readonly Lease[]): Promise<void>;
  /** The events after the given ones of many calls, of any tenants, in the order of each call. */
  eventsAfter(seen: ReadonlyMap<string, number>): Promise<readonly HappenedEvent[]>;
}
