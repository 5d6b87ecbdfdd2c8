import { afterEach, expect, test } from '@jest/globals';
import type { Call, CallEventKind } from '@dialplane/calls';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase, Process } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import type { Sabotage } from './memory-calls.ts';
import { AGENT } from './scripted-livekit.ts';

let kase: CarryOutCase | undefined;
afterEach(() => kase?.stop());

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await after(5))
    if (Date.now() > end) throw new Error('It does not come.');
}
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const answering = async ({ callee }: { callee: { attributes: Record<string, string> } }) => {
  callee.attributes['sip.callStatus'] = 'ringing';
  await after(150);
  callee.attributes['sip.callStatus'] = 'active';
};

/** One process accepts a call and is killed in the moment when it stands there; another one runs beside it. */
async function killAt(made: CarryOutCase, kind: CallEventKind): Promise<string> {
  kase = made;
  made.one.carrier = answering;
  const first = made.start();
  const killed = new Promise<void>((resolve) => {
    made.calls.onEvent = (happened) => {
      if (happened !== kind) return;
      made.calls.onEvent = () => undefined;
      first.kill();
      resolve();
    };
  });
  const id = await made.place(first);
  await killed;
  made.start();
  return id;
}

const STATES = ['accepted', 'room_ready', 'agent_ready', 'permitted', 'dialing', 'ringing', 'answered'] as const;

test.each(STATES)(
  'a process that is killed at %s: another one finishes the call, and nobody is rung twice',
  async (state) => {
    const made = createCarryOutCase();
    made.one.agentAfterMs = 40;
    const id = await killAt(made, state);
    await made.until(id, () => made.calls.kinds(id).includes('taken_over'));
    const isSettled = ({ answeredAt, ...call }: Call): boolean => isOver(call as Call) || answeredAt !== null;
    const call = await made.until(id, isSettled, 8_000);
    // The first target's agent may come too late on a busy machine.
    const rings = made.one.rings.length + made.two.rings.length;
    expect(rings).toBeLessThanOrEqual(1);
    // Where it rang at all, it was answered, and whoever took over knows.
    expect(call.answeredAt !== null).toBe(rings === 1);
  },
);

/** The first process is stopped for longer than its lease; the second one takes the call over; the first goes on. */
async function afterSigstop(sabotage: Sabotage): Promise<{ made: CarryOutCase; first: Process; id: string }> {
  kase = createCarryOutCase({}, sabotage);
  const made = kase;
  made.one.agentAfterMs = undefined;
  const first = made.start();
  const id = await made.place(first);
  await made.until(id, ({ attempts }) => attempts[0]?.state === 'room_ready');
  first.pause();
  first.sent.splice(0);
  made.one.join(roomOf(id), { identity: AGENT });
  made.start();
  await made.until(id, () => made.one.rings.length === 1);
  first.goOn();
  await after(400);
  await made.calls.cancel(TENANT, id);
  await made.until(id, isOver);
  await after(50);
  return { made, first, id };
}

test('a process that was stopped for longer than its lease sends nothing and writes nothing', async () => {
  const { made, first, id } = await afterSigstop({});
  expect(first.sent).toEqual([]);
  expect(made.one.rings).toHaveLength(1);
  expect(made.calls.kinds(id).filter((kind) => kind === 'dialing')).toHaveLength(1);
});

test('twin: without the fence it goes on as if nothing had happened', async () => {
  const { first } = await afterSigstop({ fence: true });
  expect(first.sent).toContain('deleteRoom');
});

test('a room that a process asks for after it slept, for an attempt that is over, does not stay', async () => {
  kase = createCarryOutCase();
  const { calls, one } = kase;
  one.agentAfterMs = undefined;
  const first = kase.start();
  calls.onEvent = (kind) => void (kind === 'accepted' && first.pause());
  const id = await kase.place(first);
  kase.start();
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'failed');
  expect(one.requests).not.toContain(`createRoom ${roomOf(id)}`);
  first.goOn();
  await until(() => one.requests.includes(`createRoom ${roomOf(id)}`));
  await until(() => !one.rooms.has(roomOf(id)));
});

test('a room that the next owner goes on with is not taken from it', async () => {
  kase = createCarryOutCase({ agentReadyMs: 5_000 });
  const { calls, one } = kase;
  const first = kase.start();
  const { createRoom } = one;
  one.agentAfterMs = undefined;
  // It is served at once, and its answer comes after the sleep.
  one.createRoom = async (room) => {
    const created = await createRoom(room);
    first.pause();
    return created;
  };
  const id = await kase.place(first);
  kase.start();
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'room_ready');
  first.goOn();
  await after(100);
  expect(calls.stored(id).attempts).toHaveLength(1);
  expect(one.rooms.has(roomOf(id))).toBe(true);
});

test.each([
  ['dispatcher', 'room_ready', 'answered'],
  ['legacy', 'planned', 'room_ready'],
] as const)(
  'in the dial mode %s, taken over %s while the database is away for a moment, a call goes on and no deployment is blamed',
  async (dialMode, state, goal) => {
    kase = createCarryOutCase();
    kase.dialMode = dialMode;
    kase.one.agentAfterMs = undefined;
    const id = kase.left(state, (call) => {
      if (dialMode === 'dispatcher') call.attempts[0]!.dialRequestedBy = 'AJ_1';
    });
    kase.one.join(roomOf(id), { identity: AGENT });
    kase.databaseFailures = 3;
    kase.start();
    await kase.until(id, () => kase?.calls.kinds(id).includes(goal) === true);
    expect(kase.calls.kinds(id)).not.toContain('failed');
    expect(kase.calls.kinds(id)).not.toContain('unknown');
    expect(kase.databaseFailures).toBe(0);
  },
);

test('a process that stops gives its calls up, and finishes a dial that is under way', async () => {
  kase = createCarryOutCase();
  const { calls, one } = kase;
  one.carrier = answering;
  const first = kase.start();
  const id = await kase.place(first);
  await kase.until(id, () => one.rings.length === 1);
  await first.inProgress.settle(1_000);
  expect(calls.stored(id).attempts).toMatchObject([{ state: 'answered' }]);
  kase.start();
  // At once: its lease would have lasted longer.
  await kase.until(id, () => calls.kinds(id).includes('taken_over'), 200);
});

/** Agents dial on their own once they have the permit; the first target's asks for it when it may no longer. */
async function dialsByLateAgents(sabotage: Sabotage): Promise<number> {
  kase = createCarryOutCase({}, sabotage);
  const made = kase;
  made.dialMode = 'claiming';
  const id = await made.place(made.start());
  const claim = (attempt: number) =>
    made.calls.grantPermit(TENANT, id, attempt, { holder: `AJ_${attempt}`, nonce: 'nonce-01' });
  await made.until(id, ({ attempts }) => attempts[1]?.state === 'agent_ready');
  const claims = [await claim(2), await claim(1)];
  return claims.filter(({ kind }) => kind === 'granted').length;
}

test('an agent that is late dials no more; twin: without the one permit it does', async () => {
  expect(await dialsByLateAgents({})).toBe(1);
  await kase?.stop();
  expect(await dialsByLateAgents({ permit: true })).toBe(2);
});

test("whoever takes a call over learns how far its deployment's clock is off before it dials", async () => {
  kase = createCarryOutCase();
  const { one } = kase;
  const { listParticipants } = one;
  let hasReplied = false;
  one.listParticipants = (room) => {
    hasReplied = true;
    return listParticipants(room);
  };
  one.clockSkewMs = () => (hasReplied ? 31_000 : undefined);
  const id = kase.left('agent_ready', ({ attempts: [attempt] }) => {
    if (attempt !== undefined) attempt.dialRequestedBy = 'AJ_1';
  });
  one.join(roomOf(id), { identity: AGENT });
  kase.start();
  const call = await kase.until(id, ({ attempts }) => attempts[0]?.state === 'failed');
  expect(call.attempts[0]).toMatchObject({ reason: 'clock_skew' });
  expect(one.rings).toEqual([]);
});
