import { calleeIdentity } from '@dialplane/calls';

import type { CallRow, EventRow, Evidence } from './evidence.ts';
import { findStaleWrites } from './find-stale-writes.ts';

/** What must not be, each with a sentence for every call that it happened to. */
export interface Violations {
  /** Calls that somebody was told of and that are gone, split, or left to themselves. */
  readonly lost: readonly string[];
  /** Calls with more than one INVITE, each of which may have rung, and INVITEs of no call. */
  readonly rungTwice: readonly string[];
  /** Calls for which more than one was allowed to dial, or that were dialled without a permit. */
  readonly twoPermits: readonly string[];
  /** Calls that never came to an end. */
  readonly notTerminal: readonly string[];
  /** Writes of processes that another one had taken the call over from. */
  readonly staleWrites: readonly string[];
  /** Rooms of calls that are over, with somebody in them. */
  readonly roomsLeft: readonly string[];
}

const TERMINAL = new Set(['ended', 'failed', 'cancelled']);
/** Whether nothing can happen to a call any more. */
export const isOver = (state: string): boolean => TERMINAL.has(state);
/** A lease that has been over for so long was not taken over: a look for such calls comes every three seconds. */
const ABANDONED_AFTER_MS = 15_000;

/** Holds the sources against each other. Knows nothing of how Dialplane does it. */
export function findViolations(evidence: Evidence): Violations {
  const calls = new Map(evidence.calls.map((call) => [call.id, call]));
  const events = Map.groupBy(evidence.events, ({ callId }) => callId);
  return {
    lost: [...findLost(evidence, calls), ...findGaps(evidence.calls, events)],
    rungTwice: findRungTwice(evidence, calls),
    twoPermits: findTwoPermits(evidence, events),
    notTerminal: evidence.calls
      .filter(({ state }) => !isOver(state))
      .map(({ id, state, reason }) => `${id} is ${state} (${reason ?? 'no reason'})`),
    staleWrites: [...findStaleWrites(evidence.events), ...evidence.foreignLeaseWrites],
    roomsLeft: findRoomsLeft(evidence),
  };
}

function findLost({ answers, keys, calls: rows }: Evidence, calls: ReadonlyMap<string, CallRow>): string[] {
  const lost = new Set<string>();
  const nameOf = ({ tenantId, key }: { tenantId: string; key: string }): string => `${tenantId} ${key}`;
  const stored = new Map(keys.map((row) => [nameOf(row), row.callId]));
  for (const answer of answers) {
    const { callId, key } = answer;
    if (!calls.has(callId)) lost.add(`${callId} was answered to ${key} and has no row`);
    else if (stored.get(nameOf(answer)) !== callId) {
      lost.add(`${callId} was answered to ${key}, which belongs to ${stored.get(nameOf(answer)) ?? 'no call'}`);
    }
  }
  const keyed = new Set(keys.map(({ callId }) => callId));
  for (const { id, state, leaseOverMs } of rows) {
    if (!keyed.has(id)) lost.add(`${id} has no key: asked again, it would be placed again`);
    if (!isOver(state) && leaseOverMs > ABANDONED_AFTER_MS) lost.add(`${id} is ${state}, and nobody carries it on`);
  }
  return [...lost];
}

function findGaps(rows: readonly CallRow[], events: ReadonlyMap<string, readonly EventRow[]>): string[] {
  return rows.flatMap(({ id, lastEvent }) => {
    const numbers = (events.get(id) ?? []).map(({ number }) => number).sort((a, b) => a - b);
    const isWhole = numbers.length === lastEvent && numbers.every((number, index) => number === index + 1);
    return isWhole ? [] : [`${id} has events ${numbers.join(', ') || 'none'} of ${lastEvent}`];
  });
}

function findRungTwice({ invites }: Evidence, calls: ReadonlyMap<string, CallRow>): string[] {
  const callIds = new Map([...calls.keys()].map((id) => [calleeIdentity(id), id]));
  return [...Map.groupBy(invites, ({ identity }) => identity)].flatMap(([identity, ofOne]) => {
    const callId = callIds.get(identity);
    if (callId === undefined) return [`${identity} was dialled, and no call has it`];
    return ofOne.length > 1 ? [`${callId} was dialled ${ofOne.length} times`] : [];
  });
}

function findTwoPermits(
  { invites, grants, calls }: Evidence,
  events: ReadonlyMap<string, readonly EventRow[]>,
): string[] {
  const dials = Map.groupBy(invites, ({ identity }) => identity);
  const told = Map.groupBy(grants, ({ callId }) => callId);
  return calls.flatMap(({ id }) => {
    const permits = (events.get(id) ?? []).filter(({ kind }) => kind === 'permitted').length;
    const holders = new Set((told.get(id) ?? []).map(({ holder }) => holder)).size;
    const dialled = dials.get(calleeIdentity(id))?.length ?? 0;
    if (permits > 1) return [`${id} has ${permits} permits`];
    if (holders > 1) return [`${id}: ${holders} agents were told that they have the permit`];
    if (permits === 0 && holders > 0) return [`${id}: an agent was told that it has a permit, and none is written`];
    if (permits === 0 && dialled > 0) return [`${id} was dialled without a permit`];
    return [];
  });
}

function findRoomsLeft({ calls, livingRooms }: Evidence): string[] {
  const living = new Set(livingRooms);
  return calls
    .filter(({ state }) => isOver(state))
    .flatMap(({ id, rooms }) => rooms.filter((room) => living.has(room)).map((room) => `${id}: ${room}`));
}
