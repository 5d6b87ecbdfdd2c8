import { ENRICH_WITHIN_MS, isFinal, movedCall, permittedCall } from '@dialplane/calls';
import type {
  Attempt,
  AttemptMove,
  Call,
  CallEvent,
  CallEventKind,
  CallRepository,
  Lease,
  NewAttempt,
  NewCall,
} from '@dialplane/calls';
import { exampleCall, mayEnrich, mayMove } from '@dialplane/calls/testing';

import { TENANT } from './known-ids.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
interface Row {
  call: Omit<Writable<Call>, 'attempts'> & { attempts: Writable<Attempt>[] };
  readonly events: CallEvent[];
  fence: number;
  leaseUntil: number;
}

/** Protections that a sabotaged twin switches off. */
export interface Sabotage {
  readonly fence?: boolean;
  readonly permit?: boolean;
}

export interface MemoryCalls extends CallRepository {
  /** Writes a call as another process has left it; nobody holds its lease. */
  leave(call: NewCall, attempt: NewAttempt, change?: (call: Row['call']) => void): string;
  /** The process that holds the leases is gone for as long as they last. */
  loseLeases(): void;
  /** Told of each event as it is written. */
  onEvent: (kind: CallEventKind) => void;
  stored(callId: string): Call;
  ids(): string[];
  kinds(callId: string): string[];
}

/** Calls in memory by the same rules as in the database: tables, fence, one permit, leases, events without gaps. */
export function createMemoryCalls(leaseMs: number, sabotage: Sabotage = {}): MemoryCalls {
  const rows = new Map<string, Row>();
  const now = (): Date => new Date();
  const rowOf = (callId: string): Row => {
    const row = rows.get(callId);
    if (row === undefined) throw new Error(`no call ${callId}`);
    return row;
  };
  const isHeld = ({ callId, fence }: Lease): boolean => sabotage.fence === true || rowOf(callId).fence === fence;
  /** Adds the event of that number. */
  const record = (
    row: Row,
    { number, attempt, kind, evidence }: Pick<CallEvent, 'number' | 'attempt' | 'kind' | 'evidence'>,
    move?: AttemptMove,
  ): void => {
    const reason = move !== undefined && 'reason' in move ? move.reason : null;
    const sipCode = move?.to === 'failed' ? (move.sipCode ?? null) : null;
    row.events.push({ number, at: now(), attempt, kind, reason, sipCode, evidence });
    memory.onEvent(kind);
  };
  const tell = (row: Row, attempt: number, kind: CallEventKind, evidence: string): void => {
    row.call.lastEvent++;
    row.call.updatedAt = now();
    record(row, { number: row.call.lastEvent, attempt, kind, evidence });
  };
  /** The call is as one of the pure functions made it. */
  const adopt = (row: Row, call: Call): void => void (row.call = structuredClone(call) as Row['call']);
  const plan = (row: Row, { number, targetIndex, dialMode, room }: NewAttempt): void => {
    const target = row.call.targets[targetIndex];
    if (target === undefined) throw new Error(`no target ${targetIndex}`);
    const nothing = { reason: null, sipCode: null, agentDispatchId: null, agentIdentity: null, dialRequestedBy: null };
    const times = { begunAt: now(), movedAt: now() };
    row.call.attempts.push({ number, state: 'planned', targetIndex, target, dialMode, room, ...nothing, ...times });
  };
  const store = (call: NewCall, attempt: NewAttempt): Row => {
    const row: Row = {
      call: {
        ...exampleCall({ ...call, tenantId: TENANT, createdAt: now(), updatedAt: now(), lastEvent: 0 }),
        attempts: [],
      },
      events: [],
      fence: 0,
      leaseUntil: 0,
    };
    plan(row, attempt);
    tell(row, 1, 'accepted', 'Dispatch');
    rows.set(call.id, row);
    return row;
  };
  const move = (row: Row, attempt: number, made: AttemptMove): boolean => {
    const isEnriched =
      mayEnrich(row.call, attempt, made) && Date.now() - row.call.updatedAt.getTime() < ENRICH_WITHIN_MS;
    if (!isEnriched && !mayMove(row.call, attempt, made)) return false;
    adopt(row, movedCall(row.call, attempt, made, now()));
    const { lastEvent: number } = row.call;
    record(row, { number, attempt, kind: isEnriched ? 'enriched' : made.to, evidence: made.evidence }, made);
    return true;
  };

  const memory: MemoryCalls = {
    onEvent: () => undefined,
    findByKey: async () => undefined,
    async accept(_, __, call, attempt) {
      const row = store(call, attempt);
      Object.assign(row, { fence: 1, leaseUntil: Date.now() + leaseMs });
      return { kind: 'accepted', call: memory.stored(call.id), lease: { tenantId: TENANT, callId: call.id, fence: 1 } };
    },
    async startAttempt(lease, attempt) {
      const row = rowOf(lease.callId);
      const { call } = row;
      const isNext = call.attempts.length === attempt.number - 1;
      const isStopped = call.permit !== null || call.cancelledAt !== null || isFinal(call.state);
      if (!isHeld(lease) || !isNext || (isStopped && sabotage.permit !== true)) return false;
      plan(row, attempt);
      call.state = 'in_progress';
      tell(row, attempt.number, 'planned', 'target');
      return true;
    },
    move: async (lease, number, made) => isHeld(lease) && move(rowOf(lease.callId), number, made),
    report: async (_, callId, number, holder, made) =>
      rowOf(callId).call.permit?.holder === holder && move(rowOf(callId), number, made),
    async grantPermit(_, callId, number, { holder, nonce, lease }) {
      const row = rowOf(callId);
      const { call } = row;
      const attempt = call.attempts.at(-1);
      const refused = (why: 'revoked' | 'held' | 'cancelled' | 'over') => ({ kind: 'refused' as const, why });
      if (attempt === undefined || (attempt.number !== number && sabotage.permit !== true)) return refused('revoked');
      if (isFinal(call.state) || isFinal(attempt.state)) return refused('over');
      if (call.cancelledAt !== null) return refused('cancelled');
      if (lease !== undefined && !isHeld(lease)) return refused('revoked');
      if (call.permit !== null && sabotage.permit !== true) {
        const isSame = call.permit.holder === holder && call.permit.nonce === nonce;
        return isSame ? { kind: 'granted', isNew: false } : refused('held');
      }
      const isSeen = attempt.state === 'agent_ready';
      adopt(row, permittedCall(call, { holder, nonce, isAgent: lease === undefined }, now()));
      const { lastEvent } = row.call;
      if (!isSeen)
        record(row, { number: lastEvent - 1, attempt: number, kind: 'agent_ready', evidence: 'asks for the permit' });
      record(row, { number: lastEvent, attempt: number, kind: 'permitted', evidence: holder });
      return { kind: 'granted', isNew: true };
    },
    async requestDial(_, callId, number, jobId) {
      const row = rowOf(callId);
      const attempt = row.call.attempts.at(-1);
      if (attempt?.number !== number || isFinal(attempt.state)) return false;
      if (attempt.dialRequestedBy !== null) return attempt.dialRequestedBy === jobId;
      attempt.dialRequestedBy = jobId;
      tell(row, number, 'dial_requested', jobId);
      return true;
    },
    async cancel(_, callId) {
      const row = rowOf(callId);
      const { call } = row;
      const outcome = isFinal(call.state) ? 'was_over' : call.permit === null ? 'in_time' : 'may_have_rung';
      if (outcome !== 'was_over' && call.cancelledAt === null) {
        call.cancelledAt = now();
        tell(row, 0, 'cancel_requested', 'CancelCall');
        if (call.attempts.at(-1)?.state === 'failed') {
          Object.assign(call, { state: 'cancelled', reason: 'cancelled', endedAt: now() });
          tell(row, 0, 'cancelled', 'CancelCall');
        }
      }
      return { outcome, call: memory.stored(callId) };
    },
    async note(lease, attempt, kind, evidence) {
      if (isHeld(lease)) tell(rowOf(lease.callId), attempt, kind, evidence);
      return isHeld(lease);
    },
    get: async (_, callId) => (rows.has(callId) ? memory.stored(callId) : undefined),
    async stand(lease) {
      const { call } = rowOf(lease.callId);
      const attempt = call.attempts.at(-1);
      if (attempt === undefined || !isHeld(lease) || isFinal(call.state)) return undefined;
      const { number, state, targetIndex, dialMode } = attempt;
      return {
        attempt: number,
        state,
        targetIndex,
        dialMode,
        isCancelled: call.cancelledAt !== null,
        permittedForMs: call.permit === null ? null : Date.now() - call.permit.grantedAt.getTime(),
        unmovedForMs: Date.now() - attempt.movedAt.getTime(),
        ringingTimeoutSeconds: call.ringingTimeoutSeconds,
      };
    },
    events: async (_, callId, after) => rowOf(callId).events.filter(({ number }) => number > after),
    list: async () => [...rows.keys()].map(memory.stored),
    async renew(leases) {
      const kept = leases.filter((lease) => isHeld(lease));
      for (const { callId } of kept) rowOf(callId).leaseUntil = Date.now() + leaseMs;
      return kept;
    },
    async takeOver(limit) {
      const lost = [...rows.values()].filter(({ call, leaseUntil }) => !isFinal(call.state) && leaseUntil < Date.now());
      return lost.slice(0, limit).map((row) => {
        row.fence++;
        row.leaseUntil = Date.now() + leaseMs;
        tell(row, 0, 'taken_over', 'lease');
        return { tenantId: TENANT, callId: row.call.id, fence: row.fence };
      });
    },
    async release(leases) {
      for (const lease of leases) if (isHeld(lease)) rowOf(lease.callId).leaseUntil = 0;
    },
    eventsAfter: async (seen) =>
      [...seen].flatMap(([callId, after]) => {
        const row = rowOf(callId);
        return row.events
          .filter(({ number }) => number > after)
          .map((event) => ({ ...event, callId, callState: row.call.state }));
      }),
    leave(call, attempt, change = () => undefined) {
      change(store(call, attempt).call);
      return call.id;
    },
    loseLeases() {
      for (const row of rows.values()) row.leaseUntil = 0;
    },
    stored: (callId) => structuredClone(rowOf(callId).call),
    ids: () => [...rows.keys()],
    kinds: (callId) => rowOf(callId).events.map(({ kind }) => kind),
  };
  return memory;
}
