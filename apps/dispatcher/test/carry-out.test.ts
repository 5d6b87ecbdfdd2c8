import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { calleeIdentity } from '@dialplane/calls';
import type { Attempt } from '@dialplane/calls';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase, Process } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { AGENT, failure } from './scripted-livekit.ts';

let kase: CarryOutCase;
let first: Process;

beforeEach(() => {
  kase = createCarryOutCase();
  first = kase.start();
});
afterEach(() => kase.stop());

const never = new Promise<void>(() => undefined);
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const cancel = async (callId: string) => {
  const { outcome } = (await kase.calls.cancel(TENANT, callId)) as { outcome: string };
  first.feed.nudge(callId);
  return outcome;
};
const deletions = (room: string, livekit = kase.one) =>
  livekit.requests.filter((request) => request === `deleteRoom ${room}`).length;

describe('an ordinary call', () => {
  test('is dialled when the agent is there, answered, and ended when the callee hangs up', async () => {
    kase.one.carrier = async ({ callee, hangUp }) => {
      callee.attributes['sip.callStatus'] = 'ringing';
      await after(150);
      callee.attributes['sip.callStatus'] = 'active';
      setTimeout(hangUp, 60);
    };
    const id = await kase.place(first);
    const call = await kase.until(id, isOver);
    expect(kase.calls.kinds(id)).toEqual([
      'accepted',
      'room_ready',
      'agent_ready',
      'permitted',
      'dialing',
      'ringing',
      'answered',
      'ended',
    ]);
    expect(call).toMatchObject({ state: 'ended', reason: null, hungUpBy: 'callee' });
    expect(kase.one.rings).toEqual([calleeIdentity(id)]);
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
    // Nothing is sent that is not needed.
    expect(kase.one.requests).toEqual(['createRoom', 'dial', 'deleteRoom'].map((what) => `${what} ${roomOf(id)}`));
  });

  test('is dialled as soon as the agent asks, before it is seen', async () => {
    kase.one.agentAfterMs = undefined;
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'room_ready');
    await kase.calls.requestDial(TENANT, id, 1, 'AJ_1');
    first.feed.nudge(id);
    await kase.until(id, ({ state, attempts }) => attempts[0]?.state === 'answered' || isOver({ state } as never));
    expect(kase.one.rings).toHaveLength(1);
  });

  test('is ended at its max duration, with the callee still there', async () => {
    const id = await kase.place(first, { maxDurationSeconds: 1 });
    const call = await kase.until(id, isOver);
    expect(call).toMatchObject({ state: 'ended', reason: 'max_duration', hungUpBy: 'dialplane' });
    expect(kase.one.rooms.has(roomOf(id))).toBe(false);
    expect((call.endedAt?.getTime() ?? 0) - (call.answeredAt?.getTime() ?? 0)).toBeGreaterThan(900);
  });

  test("is the agent's to hang up by deleting the room, or by leaving on its own", async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    await kase.one.deleteRoom(roomOf(id));
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'agent', reason: null });

    const other = await kase.place(first);
    await kase.until(other, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.departures.push({ identity: AGENT, kind: 'agent', attributes: {}, disconnectReason: 'CLIENT_INITIATED' });
    kase.one.leave(roomOf(other), AGENT);
    expect(await kase.until(other, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'agent', reason: null });
  });

  test('that loses its agent is ended, or kept as the request says', async () => {
    const id = await kase.place(first);
    const kept = await kase.place(first, { onAgentLost: 'keep' });
    for (const callId of [id, kept]) {
      await kase.until(callId, ({ attempts }) => attempts[0]?.state === 'answered');
      kase.one.leave(roomOf(callId), AGENT);
    }
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', reason: 'agent_lost', hungUpBy: 'dialplane' });
    expect(kase.one.rooms.has(roomOf(id))).toBe(false);
    await after(100);
    expect(kase.calls.stored(kept).state).toBe('in_progress');
    expect(kase.one.rooms.has(roomOf(kept))).toBe(true);
  });

  test('whose room does not answer on a deployment that does is lost; one whose deployment is away is waited for', async () => {
    const lost = await kase.place(first);
    await kase.until(lost, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.one.isSilent = true;
    await after(250);
    expect(kase.calls.stored(lost).state).toBe('in_progress');
    kase.one.isSilent = false;
    kase.one.areRoomsSilent = true;
    expect(await kase.until(lost, isOver)).toMatchObject({ reason: 'deployment_lost', hungUpBy: 'deployment' });
  });

  test('of which webhooks say that the callee left is over, though its deployment is away', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.one.isSilent = true;
    kase.departures.push({
      identity: calleeIdentity(id),
      kind: 'sip',
      attributes: { 'sip.callStatus': 'hangup' },
      disconnectReason: 'CLIENT_INITIATED',
    });
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
    await after(50);
    kase.one.isSilent = false;
    // Its room goes when the deployment is back.
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
  });

  test('whose agent another one replaces is watched by the identity of its own', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.one.leave(roomOf(id), AGENT);
    kase.one.join(roomOf(id), { identity: 'agent-AJ_2' });
    expect(await kase.until(id, isOver)).toMatchObject({ reason: 'agent_lost' });
  });
});

describe('a dial that is not answered', () => {
  const fails = (error: Error) => {
    kase.one.carrier = () => Promise.reject(error);
  };
  test.each([
    [
      'busy',
      failure('not_answered', 'rejected', { sipCode: 486, twirpCode: 'resource_exhausted', httpStatus: 429 }),
      486,
    ],
    [
      'invalid_number',
      failure('not_answered', 'rejected', { sipCode: 404, twirpCode: 'not_found', httpStatus: 404 }),
      404,
    ],
    ['trunk_not_found', failure('not_found', 'rejected', { twirpCode: 'not_found', httpStatus: 404 }), null],
    ['no_answer', failure('not_answered', 'rejected', { twirpCode: 'canceled', httpStatus: 408 }), null],
    ['deployment_unreachable', failure('unreachable', 'not_sent'), null],
  ] as const)('is FAILED with %s, and no other target is tried', async (reason, error, sipCode) => {
    fails(error);
    const id = await kase.place(first);
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason, sipCode, attempts: [{ number: 1 }] });
    expect(kase.one.rings).toHaveLength(1);
    expect(kase.two.requests).toEqual([]);
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
  });

  test('and whose reply is lost is UNKNOWN, and FAILED no earlier than nothing can ring any more', async () => {
    fails(failure('timeout', 'unknown'));
    const id = await kase.place(first);
    await kase.until(id, ({ state }) => state === 'unknown');
    const call = await kase.until(id, isOver);
    expect(call).toMatchObject({ state: 'failed', reason: 'outcome_unknown' });
    expect((call.endedAt?.getTime() ?? 0) - (call.permit?.grantedAt.getTime() ?? 0)).toBeGreaterThanOrEqual(1_300);
    expect(kase.one.rings).toHaveLength(1);
  });

  test('as its reply says, and is there after all, is answered', async () => {
    fails(failure('timeout', 'unknown'));
    const id = await kase.place(first);
    await kase.until(id, ({ state }) => state === 'unknown');
    const status = (callStatus: string) => ({ 'sip.callStatus': callStatus });
    const callee = kase.one.join(roomOf(id), {
      identity: calleeIdentity(id),
      kind: 'sip',
      attributes: status('ringing'),
    });
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'ringing');
    callee.attributes['sip.callStatus'] = 'active';
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    expect(kase.one.rings).toHaveLength(1);
  });
});

describe('before the permit the next target is tried', () => {
  test.each([
    ['deployment_unreachable', failure('unreachable', 'not_sent')],
    ['credential_refused', failure('credential_refused', 'rejected')],
    ['deployment_error', failure('timeout', 'unknown')],
  ] as const)('when createRoom fails: %s', async (reason, error) => {
    kase.one.createRoomFails = { error, served: false };
    const id = await kase.place(first);
    const call = await kase.until(id, ({ attempts }) => attempts[1]?.state === 'answered');
    expect(call.attempts).toMatchObject([
      { number: 1, targetIndex: 0, state: 'failed', reason },
      { number: 2, targetIndex: 1, room: roomOf(id, 2) },
    ]);
    expect([kase.one.rings.length, kase.two.rings.length]).toEqual([0, 1]);
  });

  test('when createRoom was served and its reply lost, the room is found and the call goes on', async () => {
    kase.one.createRoomFails = { error: failure('server_error', 'unknown'), served: true };
    const id = await kase.place(first);
    expect(await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered')).toMatchObject({
      attempts: [{ number: 1 }],
    });
  });

  test('when no agent comes, and when the clock of a deployment is off', async () => {
    kase.one.agentAfterMs = undefined;
    kase.two.skewMs = 31_000;
    const id = await kase.place(first);
    const call = await kase.until(id, isOver);
    expect(call).toMatchObject({ state: 'failed', reason: 'clock_skew' });
    expect(call.attempts).toMatchObject([{ reason: 'no_agent' }, { reason: 'clock_skew' }]);
    expect([kase.one.rings, kase.two.rings]).toEqual([[], []]);
    await kase.until(id, () => kase.one.rooms.size + kase.two.rooms.size === 0);
  });

  test('unless its config was switched off since', async () => {
    kase.one.agentAfterMs = undefined;
    kase.switchedOff.add('https://two.example.com');
    const id = await kase.place(first);
    const call = await kase.until(id, isOver);
    expect(call.attempts).toMatchObject([{ reason: 'no_agent' }, { reason: 'config_changed' }]);
    expect(kase.two.requests).toEqual([]);
  });
});

describe('a call that is cancelled', () => {
  test('before the permit rings nobody', async () => {
    kase.one.agentAfterMs = undefined;
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'room_ready');
    expect(await cancel(id)).toBe('in_time');
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'cancelled', reason: 'cancelled', attempts: [{}] });
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
    expect([...kase.one.rings, ...kase.two.rings]).toEqual([]);
  });

  test('at the very moment at which something else is written of it is not forgotten', async () => {
    kase.one.carrier = ({ callee, cancelled }) => {
      callee.attributes['sip.callStatus'] = 'ringing';
      return Promise.race([never, cancelled]);
    };
    const { move } = kase.calls;
    kase.calls.move = async (lease, number, made) => {
      if (made.to === 'ringing') await kase.calls.cancel(TENANT, lease.callId);
      return move(lease, number, made);
    };
    const id = await kase.place(first);
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
  });

  test('while it rings: the room is deleted, and the dial returns', async () => {
    kase.one.carrier = () => never;
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'dialing');
    expect(await cancel(id)).toBe('may_have_rung');
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
  });

  test('while the dial is on its way: the room is deleted again and again, and whoever answers is hung up', async () => {
    kase.one.carrier = async ({ callee, cancelled }) => {
      // Deleted, the room is made anew by the dial, and the phone is answered.
      void cancelled.then(() => kase.one.join(kase.one.requests[0]?.split(' ')[1] ?? '', callee));
      await after(150);
    };
    const late = after(120);
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'dialing');
    await cancel(id);
    await late;
    const call = await kase.until(id, isOver);
    expect(call.state === 'cancelled' || call.reason === 'cancelled').toBe(true);
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
    expect(deletions(roomOf(id))).toBeGreaterThan(1);
  });

  test('while the two talk is hung up', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    await cancel(id);
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', reason: 'cancelled', hungUpBy: 'caller' });
    expect(kase.one.rooms.has(roomOf(id))).toBe(false);
  });
});

describe('in the dial mode claiming', () => {
  beforeEach(() => {
    kase.dialMode = 'claiming';
  });
  const claim = (id: string, attempt = 1) =>
    kase.calls.grantPermit(TENANT, id, attempt, { holder: 'AJ_1', nonce: 'nonce-01' });

  test('the agent that claims dials and reports, and the call follows', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    await claim(id);
    await kase.calls.report(TENANT, id, 1, 'AJ_1', { to: 'answered', evidence: 'report' });
    kase.one.join(roomOf(id), {
      identity: calleeIdentity(id),
      kind: 'sip',
      attributes: { 'sip.callStatus': 'active' },
    });
    first.feed.nudge(id);
    await after(80);
    kase.one.leave(roomOf(id), calleeIdentity(id));
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
    expect(kase.one.rings).toEqual([]);
  });

  test('the one that does not is fenced off, and the next target is tried', async () => {
    kase.two.agentAfterMs = undefined;
    const id = await kase.place(first);
    const call = await kase.until(id, isOver);
    expect(call.attempts).toMatchObject([{ reason: 'agent_did_not_claim' }, { reason: 'no_agent' }]);
    expect(await claim(id)).toMatchObject({ kind: 'refused' });
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
  });

  test('a claim that comes with the deadline stands: its attempt is not given up', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    // Not heard of by the one who carries the call out before its deadline has passed.
    const { eventsAfter } = kase.calls;
    Object.assign(kase.calls, { eventsAfter: async () => [] });
    await claim(id);
    await after(260);
    Object.assign(kase.calls, { eventsAfter });
    expect(kase.calls.stored(id).attempts).toMatchObject([{ number: 1, state: 'permitted' }]);
  });

  test('the holder that is lost before it reports leaves the call in doubt', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    await claim(id);
    kase.one.leave(roomOf(id), AGENT);
    await kase.until(id, ({ state }) => state === 'unknown');
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'outcome_unknown' });
  });

  test('the holder that says nothing is given the time that a dial can take', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    await claim(id);
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'agent_did_not_report' });
  });

  test('a phone that nobody was permitted to ring is told of', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    kase.one.join(roomOf(id), { identity: 'somebody', kind: 'sip' });
    await kase.until(id, () => kase.calls.kinds(id).includes('unpermitted_participant'));
  });
});

describe('in the dial mode legacy', () => {
  beforeEach(() => {
    kase.dialMode = 'legacy';
  });

  test('the agent dials, and the room tells how it goes', async () => {
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    const phone = kase.one.join(roomOf(id), {
      identity: 'phone',
      kind: 'sip',
      attributes: { 'sip.callStatus': 'dialing' },
    });
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'dialing');
    phone.attributes['sip.callStatus'] = 'active';
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.one.leave(roomOf(id), 'phone');
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
  });

  test('createRoom is the point of no return: its doubt is UNKNOWN, and nothing else is tried', async () => {
    kase.one.createRoomFails = { error: failure('timeout', 'unknown'), served: false };
    const id = await kase.place(first);
    await kase.until(id, ({ state }) => state === 'unknown');
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'outcome_unknown', attempts: [{}] });
    expect(kase.two.requests).toEqual([]);
  });

  test('a deployment that was not reached is another matter', async () => {
    kase.one.createRoomFails = { error: failure('unreachable', 'not_sent'), served: false };
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[1]?.state === 'agent_ready');
  });
});

describe('taken over by another process', () => {
  const inRoom = (id: string, status?: string) => {
    kase.one.join(roomOf(id), { identity: AGENT });
    if (status === undefined) return;
    kase.one.join(roomOf(id), { identity: calleeIdentity(id), kind: 'sip', attributes: { 'sip.callStatus': status } });
  };
  const left = (state: Attempt['state']) => kase.left(state);

  test('PLANNED, without a room: the attempt is lost, and another one is begun on the same target', async () => {
    const id = left('planned');
    const call = await kase.until(id, ({ attempts }) => attempts[1]?.state === 'answered');
    expect(call.attempts).toMatchObject([{ reason: 'dispatcher_lost', targetIndex: 0 }, { targetIndex: 0 }]);
    expect(kase.one.rings).toHaveLength(1);
  });

  test.each(['planned', 'room_ready', 'agent_ready'] as const)('%s, with its room: it goes on in it', async (state) => {
    const id = left(state);
    inRoom(id);
    const call = await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    expect(call.attempts).toHaveLength(1);
    expect(kase.one.rings).toHaveLength(1);
    expect(kase.one.requests.filter((request) => request.startsWith('createRoom'))).toEqual([]);
  });

  test('AGENT_READY, and the agent is gone: nobody is dialled there', async () => {
    const id = left('agent_ready');
    kase.one.rooms.set(roomOf(id), new Map());
    const call = await kase.until(id, ({ attempts }) => attempts[1]?.state === 'answered');
    expect(call.attempts[0]).toMatchObject({ state: 'failed', reason: 'agent_lost' });
    expect(kase.one.rings).toEqual([]);
  });

  test.each(['permitted', 'dialing', 'ringing', 'unknown'] as const)('%s is never dialled again', async (state) => {
    const answered = left(state);
    inRoom(answered, 'active');
    await kase.until(answered, ({ attempts }) => attempts[0]?.state === 'answered');

    const ringing = left(state);
    inRoom(ringing, 'ringing');
    await kase.until(ringing, ({ attempts }) => attempts[0]?.state === 'ringing');

    const nothing = left(state);
    inRoom(nothing);
    await kase.until(nothing, ({ state: now }) => now === 'unknown');
    expect(await kase.until(nothing, isOver)).toMatchObject({ state: 'failed', reason: 'outcome_unknown' });
    expect(kase.one.requests.filter((request) => /^(dial|createRoom)/.test(request))).toEqual([]);
  });

  test('DIALING, and a webhook told how the callee left', async () => {
    const id = left('dialing');
    inRoom(id);
    kase.departures.push({
      identity: calleeIdentity(id),
      kind: 'sip',
      attributes: { 'sip.callStatus': 'dialing' },
      disconnectReason: 'USER_REJECTED',
    });
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'declined' });
    const evidence = 'webhook participant_left, USER_REJECTED';
    expect((await kase.calls.events(TENANT, id, 0)).at(-1)).toMatchObject({ kind: 'failed', evidence });
  });

  describe.each(['claiming', 'legacy'] as const)('UNKNOWN, and %s: its time', (dialMode) => {
    const longAgo = new Date(Date.now() - 3_600_000);
    const settled = async (movedAt: Date): Promise<number> => {
      kase.dialMode = dialMode;
      const id = kase.left('unknown', (call) => {
        Object.assign(call.attempts[0] ?? {}, { movedAt });
        // It is no permit and no beginning that counts, but the doubt.
        Object.assign(call.attempts[0] ?? {}, { begunAt: longAgo });
        if (call.permit !== null) call.permit = { ...call.permit, grantedAt: longAgo };
      });
      inRoom(id);
      const begun = performance.now();
      expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'outcome_unknown' });
      return performance.now() - begun;
    };

    test('is waited for in full', async () => {
      expect(await settled(new Date())).toBeGreaterThan(1_200);
    });

    test('is not begun anew by whoever takes the call over', async () => {
      expect(await settled(longAgo)).toBeLessThan(1_000);
    });
  });

  test('ANSWERED: it is followed to its end', async () => {
    const id = left('answered');
    inRoom(id, 'active');
    await after(150);
    expect(kase.calls.stored(id).state).toBe('in_progress');
    kase.one.leave(roomOf(id), calleeIdentity(id));
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
  });

  test.each(['permitted', 'dialing', 'ringing', 'unknown'] as const)(
    '%s and cancelled: the room is deleted until no dial can come any more',
    async (state) => {
      const id = kase.left(state, (call) => (call.cancelledAt = new Date()));
      inRoom(id, 'ringing');
      const call = await kase.until(id, isOver);
      expect(call).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
      expect(kase.one.rooms.has(roomOf(id))).toBe(false);
      expect(deletions(roomOf(id))).toBeGreaterThan(2);
      expect((call.endedAt?.getTime() ?? 0) - (call.permit?.grantedAt.getTime() ?? 0)).toBeGreaterThanOrEqual(290);
    },
  );

  test('a legacy attempt that was planned is in doubt, and its room is never asked for', async () => {
    kase.dialMode = 'legacy';
    const id = left('planned');
    await kase.until(id, ({ state }) => state === 'unknown');
    expect(kase.one.requests).toEqual([]);
  });

  test('between two attempts: the next one is begun', async () => {
    const id = kase.left('failed', (call) => {
      Object.assign(call.attempts[0] ?? {}, { reason: 'no_agent', agentIdentity: null });
    });
    const call = await kase.until(id, ({ attempts }) => attempts[1]?.state === 'answered');
    expect(call.attempts[1]).toMatchObject({ targetIndex: 1 });
  });
});
