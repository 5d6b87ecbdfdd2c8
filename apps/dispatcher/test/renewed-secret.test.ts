import { afterEach, expect, jest, test } from '@jest/globals';
import { calleeIdentity } from '@dialplane/calls';

import type { CallClient } from '../src/carry-out/call-client.ts';
import { createOpener } from '../src/carry-out/create-opener.ts';
import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase, Process } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { AGENT } from './scripted-livekit.ts';

const RENEWED = 'y'.repeat(32);

let kase: CarryOutCase;
afterEach(async () => {
  jest.useRealTimers();
  await kase.stop();
});

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A call whose callee has answered, and who follows it. */
async function answered(whose: 'its own' | 'taken over'): Promise<{ id: string; process: Process }> {
  kase = createCarryOutCase();
  const process = kase.start();
  if (whose === 'its own') {
    const id = await kase.place(process);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    return { id, process };
  }
  const id = kase.left('answered');
  kase.one.join(roomOf(id), { identity: AGENT });
  kase.one.join(roomOf(id), {
    identity: calleeIdentity(id),
    kind: 'sip',
    attributes: { 'sip.callStatus': 'active' },
  });
  await kase.until(id, () => kase.rereads === 1);
  return { id, process };
}

function renew(): void {
  kase.one.apiSecret = RENEWED;
  kase.storedSecret = RENEWED;
}

test.each(['its own', 'taken over'] as const)(
  'a secret renewed in mid-call, %s: that the callee hangs up is seen, and the room deleted',
  async (whose) => {
    const { id } = await answered(whose);
    renew();
    kase.one.leave(roomOf(id), calleeIdentity(id));
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
    expect([...kase.one.rooms.keys()]).toEqual([]);
  },
);

test.each(['its own', 'taken over'] as const)(
  'a secret renewed in mid-call, %s: a call that is cancelled leaves nobody in its room',
  async (whose) => {
    const { id, process } = await answered(whose);
    renew();
    await kase.calls.cancel(TENANT, id);
    process.feed.nudge(id);
    expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', reason: 'cancelled' });
    expect([...kase.one.rooms.keys()]).toEqual([]);
  },
);

test('a secret that stays refused is not read again with every look', async () => {
  const { id } = await answered('its own');
  kase.one.apiSecret = RENEWED;
  await kase.until(id, () => kase.rereads > 0);
  await after(200);
  expect(kase.rereads).toBe(1);
  expect(kase.calls.stored(id)).toMatchObject({ state: 'in_progress' });
});

test('it is read again after 5 s, and the refused one is kept where it cannot be read', async () => {
  kase = createCarryOutCase();
  jest.useFakeTimers();
  const call = kase.calls.stored(kase.left('answered'));
  const [attempt] = call.attempts;
  if (attempt === undefined) throw new Error('no attempt');
  const { one, two } = kase as { one: CallClient; two: CallClient };
  let reads = 0;
  const parts = {
    connect: () => two,
    followCredential: async () => {
      if (++reads === 1) throw new Error('The database is away.');
      return kase.credential;
    },
  };
  const opener = createOpener(parts, { call, logger: { warn: () => undefined } }, attempt, one);
  expect(await opener.open()).toBe(one);
  opener.refused(one);
  expect(await opener.open()).toBe(one);
  jest.advanceTimersByTime(4_999);
  opener.refused(one);
  expect(await opener.open()).toBe(one);
  expect(reads).toBe(1);
  jest.advanceTimersByTime(1);
  opener.refused(one);
  opener.refused(one);
  expect(await opener.open()).toBe(two);
  jest.advanceTimersByTime(5_000);
  // An answer to a request that was sent with the old one.
  opener.refused(one);
  expect(await opener.open()).toBe(two);
  expect(reads).toBe(2);
});
