import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Attempt } from '@dialplane/calls';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { AGENT } from './scripted-livekit.ts';

let kase: CarryOutCase;
beforeEach(() => {
  kase = createCarryOutCase();
  kase.one.skewMs = undefined;
});
afterEach(() => kase.stop());

const isFailed = ({ attempts }: { readonly attempts: readonly Attempt[] }) => attempts[0]?.state === 'failed';

async function evidenceOfFailure(callId: string): Promise<string | undefined> {
  const events = await kase.calls.events(TENANT, callId, 0);
  return events.find(({ attempt, kind }) => attempt === 1 && kind === 'failed')?.evidence;
}

/** The deployment's replies tell its clock from this look into a room on, counted from one. */
function tellClock(skewMs: number, fromLook: number): void {
  const { listParticipants } = kase.one;
  let looks = 0;
  kase.one.listParticipants = (room) => {
    if (++looks >= fromLook) kase.one.skewMs = skewMs;
    return listParticipants(room);
  };
}

test('a deployment whose replies never tell its clock is not dialled over, and the next one is', async () => {
  const id = await kase.place(kase.start());
  const call = await kase.until(id, ({ answeredAt }) => answeredAt !== null);
  expect(call.attempts).toMatchObject([
    { state: 'failed', reason: 'clock_skew' },
    { state: 'answered', room: roomOf(id, 2) },
  ]);
  expect(await evidenceOfFailure(id)).toBe('no Date header in time');
  expect([kase.one.rings.length, kase.two.rings.length]).toEqual([0, 1]);
  await kase.until(id, () => kase.one.rooms.size === 0);
});

test('one that tells its clock a little later is dialled over, once', async () => {
  tellClock(0, 6);
  const known: (number | undefined)[] = [];
  kase.one.carrier = async ({ callee }) => {
    known.push(kase.one.skewMs);
    callee.attributes['sip.callStatus'] = 'active';
  };
  const id = await kase.place(kase.start());
  const call = await kase.until(id, ({ answeredAt }) => answeredAt !== null);
  expect(call.attempts).toHaveLength(1);
  expect(known).toEqual([0]);
});

test('one whose clock turns out to be off a little later is not', async () => {
  tellClock(-31_000, 6);
  const id = await kase.place(kase.start());
  await kase.until(id, isFailed);
  expect(kase.calls.stored(id).attempts[0]).toMatchObject({ reason: 'clock_skew' });
  expect(await evidenceOfFailure(id)).toBe('the Date header');
  expect(kase.one.rings).toEqual([]);
});

test.each([
  ['answers without a Date', false, 'clock_skew'],
  ['does not answer', true, 'deployment_error'],
] as const)('an agent asked for the dial, and the deployment %s: nobody is dialled', async (_, isSilent, reason) => {
  kase.one.isSilent = isSilent;
  const id = kase.left('agent_ready', ({ attempts: [attempt] }) => {
    if (attempt !== undefined) attempt.dialRequestedBy = 'AJ_1';
  });
  kase.start();
  expect((await kase.until(id, isFailed)).attempts[0]).toMatchObject({ reason });
  expect(kase.one.rings).toEqual([]);
});

test('while its clock is waited for, a call can be cancelled, and an agent that leaves is seen', async () => {
  await kase.stop();
  kase = createCarryOutCase({ agentReadyMs: 60_000 });
  kase.one.skewMs = undefined;
  const process = kase.start();
  const [cancelled, left] = [await kase.place(process), await kase.place(process)];
  for (const id of [cancelled, left]) await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
  await kase.calls.cancel(TENANT, cancelled);
  process.feed.nudge(cancelled);
  kase.one.leave(roomOf(left), AGENT);
  expect(await kase.until(cancelled, isOver)).toMatchObject({ state: 'cancelled' });
  expect((await kase.until(left, isFailed)).attempts[0]).toMatchObject({ reason: 'agent_lost' });
  expect(kase.one.rings).toEqual([]);
});

test('in `claiming` a clock that is not told holds no claim up: the dial is fenced by no token of ours', async () => {
  kase.dialMode = 'claiming';
  const id = await kase.place(kase.start());
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
  const claim = await kase.calls.grantPermit(TENANT, id, 1, { holder: 'AJ_1', nonce: 'nonce-01' });
  expect(claim).toMatchObject({ kind: 'granted' });
});
