import { afterEach, describe, expect, test } from '@jest/globals';
import type { AttemptMove, Call } from '@dialplane/calls';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { AGENT, failure } from './scripted-livekit.ts';

let kase: CarryOutCase;
afterEach(() => kase.stop());

const TIMES = 10;
/** What was sent may ring for so long: as in the case's timing, and a second of ringing. */
const IN_DOUBT_MS = 300 + 1_000;
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Fails at these moves, as often as it says; returns how often it has. */
function failAt(isIt: (move: AttemptMove) => boolean, times = Infinity): () => number {
  const { move } = kase.calls;
  let failed = 0;
  kase.calls.move = (lease, number, made) => {
    if (!isIt(made) || failed >= times) return move(lease, number, made);
    failed++;
    return Promise.reject(new TypeError('nobody foresaw it'));
  };
  return () => failed;
}
/** Lets every look into a room fail once it is called. */
function breakableLooks(): () => void {
  const { listParticipants } = kase.one;
  let isBroken = false;
  kase.one.listParticipants = (room) =>
    isBroken ? Promise.reject(new TypeError('nobody foresaw it')) : listParticipants(room);
  return () => void (isBroken = true);
}
const doubtMs = ({ permit, endedAt }: Call) => (endedAt?.getTime() ?? 0) - (permit?.grantedAt.getTime() ?? Infinity);

describe('a call at which something fails that nobody foresaw', () => {
  test.each(['room_ready', 'agent_ready'] as const)('each time, at %s: it fails, and nobody is rung', async (to) => {
    kase = createCarryOutCase();
    const failed = failAt((move) => move.to === to);
    const id = await kase.place(kase.start());
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'dispatcher_lost', permit: null });
    expect(failed()).toBe(TIMES);
    expect([...kase.one.rings, ...kase.two.rings]).toEqual([]);
    await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
    expect(kase.calls.kinds(id)).not.toContain('taken_over');
  });

  test.each(['dispatcher', 'claiming'] as const)(
    'each time after the permit, in %s: it is in doubt for as long as it has to be, and rung once at most',
    async (mode) => {
      kase = createCarryOutCase();
      kase.dialMode = mode;
      const breakLooks = breakableLooks();
      failAt(({ to }) => ['dialing', 'ringing', 'answered'].includes(to));
      const id = await kase.place(kase.start());
      if (mode === 'claiming') {
        const { attempts, tenantId } = await kase.until(id, ({ attempts: [one] }) => one?.state === 'agent_ready');
        await kase.calls.grantPermit(tenantId, id, attempts.length, { holder: 'AJ_1', nonce: 'n' });
        breakLooks();
      }
      const doubtful = await kase.until(id, ({ state }) => state === 'unknown');
      expect(doubtful.reason).toBe('outcome_unknown');
      const call = await kase.until(id, isOver, 10_000);
      expect(call).toMatchObject({ state: 'failed', reason: 'outcome_unknown' });
      expect(doubtMs(call)).toBeGreaterThanOrEqual(IN_DOUBT_MS);
      expect(kase.one.rings).toHaveLength(mode === 'dispatcher' ? 1 : 0);
      await kase.until(id, () => !kase.one.rooms.has(roomOf(id)));
    },
  );

  test('each time after the answer: it ends, and its room is deleted before that is written', async () => {
    kase = createCarryOutCase();
    const breakLooks = breakableLooks();
    const id = await kase.place(kase.start());
    await kase.until(id, ({ answeredAt }) => answeredAt !== null);
    let stood: boolean | undefined;
    kase.calls.onEvent = (kind) => void (kind === 'ended' && (stood = kase.one.rooms.has(roomOf(id))));
    breakLooks();
    const call = await kase.until(id, isOver);
    expect(call).toMatchObject({ state: 'ended', reason: 'dispatcher_lost', hungUpBy: 'dialplane' });
    expect(stood).toBe(false);
  });

  test('each time between two attempts: it fails', async () => {
    kase = createCarryOutCase();
    kase.one.createRoomFails = { error: failure('unreachable', 'not_sent'), served: false };
    kase.switchedOff.has = () => {
      throw new TypeError('nobody foresaw it');
    };
    const id = await kase.place(kase.start());
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'failed', reason: 'dispatcher_lost', permit: null });
    expect(kase.two.requests).toEqual([]);
  });

  test('nine times: it goes on, and is not handed on', async () => {
    kase = createCarryOutCase();
    const failed = failAt(({ to }) => to === 'agent_ready', TIMES - 1);
    const id = await kase.place(kase.start());
    await kase.until(id, ({ answeredAt }) => answeredAt !== null);
    expect(failed()).toBe(TIMES - 1);
    expect(kase.one.rings).toHaveLength(1);
    expect(kase.calls.kinds(id)).not.toContain('taken_over');
  });
});

test('a call that was handed on a hundred times is carried out like any other', async () => {
  kase = createCarryOutCase();
  const id = kase.left('room_ready');
  for (let times = 0; times < 100; times++) {
    kase.calls.loseLeases();
    await after(0);
    await kase.calls.takeOver(1);
  }
  kase.calls.loseLeases();
  kase.one.join(roomOf(id), { identity: AGENT });
  kase.start();
  await kase.until(id, ({ answeredAt }) => answeredAt !== null);
});
