import { calleeIdentity } from '@dialplane/calls';
import { describe, expect, test } from '@jest/globals';

import type { EventRow, Evidence } from '../src/checker/evidence.ts';
import { findViolations } from '../src/checker/find-violations.ts';
import type { Violations } from '../src/checker/find-violations.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CALL = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const ROOM = 'call-00000000000040008000000000000001-aaaaaaaa';

const KINDS = ['accepted', 'planned', 'room_ready', 'agent_ready', 'permitted', 'dialing', 'answered', 'ended'];

/** One event a kind, all of one process. */
function eventsOf(callId: string, kinds: readonly string[] = KINDS, dialMode = 'dispatcher'): EventRow[] {
  return kinds.map((kind, index) => ({
    callId,
    number: index + 1,
    attempt: kind === 'accepted' ? 0 : 1,
    kind,
    reason: null,
    evidence: '',
    at: '2026-01-01T00:00:00Z',
    dialMode: kind === 'accepted' ? null : dialMode,
    writer: 'a-1',
  }));
}

/** One call that went as it should. */
function good(): Evidence {
  return {
    answers: [{ tenantId: TENANT, key: 'key', callId: CALL }],
    keys: [{ tenantId: TENANT, key: 'key', callId: CALL }],
    calls: [
      { id: CALL, tenantId: TENANT, state: 'ended', reason: null, lastEvent: 8, rooms: [ROOM], leaseOverMs: 60_000 },
    ],
    events: eventsOf(CALL),
    invites: [{ identity: calleeIdentity(CALL) }],
    grants: [],
    foreignLeaseWrites: [],
    livingRooms: [],
  };
}

const NONE: Violations = {
  lost: [],
  rungTwice: [],
  twoPermits: [],
  notTerminal: [],
  staleWrites: [],
  roomsLeft: [],
};

/** The same call in another state. */
const inState = (state: string, leaseOverMs: number): Partial<Evidence> => ({
  calls: good().calls.map((call) => ({ ...call, state, leaseOverMs })),
});
/** Its events, the last ones replaced. */
const then = (kept: number, ...events: Partial<EventRow>[]): Partial<Evidence> => {
  const all = [
    ...eventsOf(CALL).slice(0, kept),
    ...events.map((event, index) => ({ ...(eventsOf(CALL)[1] as EventRow), number: kept + index + 1, ...event })),
  ];
  return { events: all, calls: good().calls.map((call) => ({ ...call, lastEvent: all.length })) };
};

test('a call that went as it should is no violation', () => {
  expect(findViolations(good())).toEqual(NONE);
});

test('a failed call that nobody dialled is none, and neither is one that another process took over', () => {
  const failed = then(4, { kind: 'failed' });
  expect(findViolations({ ...good(), ...failed, invites: [] })).toEqual(NONE);
  const takenOver = then(4, { kind: 'taken_over', writer: 'b-1' }, { kind: 'permitted', writer: 'b-1' });
  expect(findViolations({ ...good(), ...takenOver })).toEqual(NONE);
});

describe('finds', () => {
  test.each<[string, keyof Violations, Partial<Evidence>, RegExp]>([
    [
      'a call that was answered and has no row',
      'lost',
      { answers: [{ tenantId: TENANT, key: 'key', callId: OTHER }] },
      /no row/,
    ],
    [
      'a key that was answered with the call of another key',
      'lost',
      { answers: [{ tenantId: TENANT, key: 'other', callId: CALL }] },
      /belongs to no call/,
    ],
    ['a call without a key', 'lost', { keys: [], answers: [] }, /has no key/],
    ['a missing event', 'lost', { events: eventsOf(CALL).slice(0, -1) }, /of 8/],
    ['an event in the middle that is missing', 'lost', { events: eventsOf(CALL).toSpliced(3, 1) }, /of 8/],
    ['two INVITEs', 'rungTwice', { invites: [...good().invites, ...good().invites] }, /2 times/],
    [
      'an INVITE of no call',
      'rungTwice',
      { invites: [...good().invites, { identity: calleeIdentity(OTHER) }] },
      /no call has it/,
    ],
    ['two permits', 'twoPermits', then(5, { kind: 'permitted' }), /2 permits/],
    [
      'two agents that were told that they may dial',
      'twoPermits',
      {
        grants: [
          { callId: CALL, holder: 'AJ_1 a' },
          { callId: CALL, holder: 'AJ_1 b' },
        ],
      },
      /2 agents/,
    ],
    [
      'an agent that was told of a permit that is not written',
      'twoPermits',
      { ...then(4, { kind: 'failed' }), grants: [{ callId: CALL, holder: 'AJ_1 a' }], invites: [] },
      /none is written/,
    ],
    ['a dial without a permit', 'twoPermits', then(4, { kind: 'failed' }), /without a permit/],
    ['a call that does not end', 'notTerminal', inState('unknown', -5_000), /is unknown/],
    [
      'a step of a process that another one had taken the call over from',
      'staleWrites',
      then(5, { kind: 'taken_over', writer: 'b-1' }, { kind: 'dialing', writer: 'a-1' }),
      /dialing, was written by a-1 while b-1/,
    ],
    [
      'a step of the process before a restart',
      'staleWrites',
      then(5, { kind: 'taken_over', writer: 'a-2' }, { kind: 'failed', writer: 'a-1' }),
      /by a-1 while a-2/,
    ],
    ['a lease that another process wrote', 'staleWrites', { foreignLeaseWrites: ['x'] }, /x/],
    ['a room with somebody in it after the end', 'roomsLeft', { livingRooms: [ROOM] }, /call-0/],
  ])('%s', (_, kind, change, says) => {
    const found = findViolations({ ...good(), ...change });
    expect(found).toEqual({ ...NONE, [kind]: [expect.stringMatching(says)] });
  });

  test('a call that nobody carries on, which is not over either', () => {
    const found = findViolations({ ...good(), ...inState('in_progress', 60_000) });
    expect(found).toMatchObject({
      lost: [expect.stringMatching(/nobody carries it on/)],
      notTerminal: [expect.anything()],
    });
  });

  test('two rows for one key', () => {
    const { answers, calls, events } = good();
    const found = findViolations({
      ...good(),
      answers: [...answers, { tenantId: TENANT, key: 'key', callId: OTHER }],
      calls: [...calls, ...calls.map((call) => ({ ...call, id: OTHER }))],
      events: [...events, ...eventsOf(OTHER)],
    });
    expect(found.lost).toEqual([expect.stringMatching(/belongs to 0.*1$/), expect.stringMatching(/has no key/)]);
  });
});

test('what agents report by another process is no stale write; what the owner alone writes is', () => {
  const reported = eventsOf(CALL, KINDS, 'claiming').map((event) =>
    event.number > 4 ? { ...event, writer: 'b-1' } : event,
  );
  expect(findViolations({ ...good(), events: reported }).staleWrites).toEqual([]);
  const roomReady = reported.map((event) => (event.kind === 'room_ready' ? { ...event, writer: 'b-1' } : event));
  expect(findViolations({ ...good(), events: roomReady }).staleWrites).toHaveLength(1);
});
