import { afterEach, expect, test } from '@jest/globals';
import { calleeIdentity } from '@dialplane/calls';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { AGENT, failure } from './scripted-livekit.ts';

/** Longer than the deletion of any other room is tried again. */
const AWAY_MS = 4_000;
const PATIENCE_MS = 10_000;
let kase: CarryOutCase;
afterEach(() => kase.stop());

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const isDeleted = async (room: string) => {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (kase.one.rooms.has(room) && Date.now() < giveUpAt) await after(10);
  return !kase.one.rooms.has(room);
};

test('who answers when the agent is gone is hung up on, however long the deployment deletes nothing', async () => {
  kase = createCarryOutCase({ hangUpMs: 20_000 });
  const served = kase.one.deleteRoom;
  let isAway = true;
  kase.one.deleteRoom = async (room) => {
    if (isAway) throw failure('unreachable', 'not_sent');
    return served(room);
  };
  setTimeout(() => (isAway = false), AWAY_MS);
  kase.one.carrier = async ({ callee }) => {
    callee.attributes['sip.callStatus'] = 'ringing';
    for (const room of kase.one.rooms.keys()) kase.one.leave(room, AGENT);
    await after(300);
  };
  const id = await kase.place(kase.start(), { ringingTimeoutSeconds: 5 });
  expect(await kase.until(id, isOver, PATIENCE_MS)).toMatchObject({ state: 'ended', reason: 'agent_lost' });
  expect(await isDeleted(roomOf(id))).toBe(true);
}, 30_000);

test('who was talking to an agent that reports the end is hung up on, also when the server is away just then', async () => {
  kase = createCarryOutCase({ hangUpMs: 20_000 });
  kase.dialMode = 'claiming';
  const id = await kase.place(kase.start());
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
  await kase.calls.grantPermit(TENANT, id, 1, { holder: 'AJ_1', nonce: 'n' });
  kase.one.join(roomOf(id), { identity: calleeIdentity(id), kind: 'sip', attributes: { 'sip.callStatus': 'active' } });
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
  kase.one.isSilent = true;
  setTimeout(() => (kase.one.isSilent = false), AWAY_MS);
  const ended = { to: 'ended', reason: null, hungUpBy: 'agent', evidence: 'report of the agent' } as const;
  await kase.calls.report(TENANT, id, 1, 'AJ_1', ended);
  kase.one.leave(roomOf(id), AGENT);
  expect(await isDeleted(roomOf(id))).toBe(true);
}, 30_000);

test('who is kept without the agent, and leaves, has hung up', async () => {
  kase = createCarryOutCase();
  const id = await kase.place(kase.start(), { onAgentLost: 'keep' });
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
  kase.one.leave(roomOf(id), AGENT);
  await after(200);
  kase.one.leave(roomOf(id), calleeIdentity(id));
  expect(await kase.until(id, isOver)).toMatchObject({ state: 'ended', reason: null, hungUpBy: 'callee' });
});
