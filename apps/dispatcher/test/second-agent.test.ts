import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createCarryOutCase, isOver, roomOf } from './carry-out-case.ts';
import type { CarryOutCase, Process } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { AGENT, failure } from './scripted-livekit.ts';
import { TARGET } from './stored-call.ts';

/** As a server launches it that restarted. */
const SECOND = { identity: 'agent-AJ_2', kind: 'agent', attributes: { 'lk.agent_name': TARGET.agentName } } as const;

let kase: CarryOutCase;
let first: Process;

beforeEach(() => {
  kase = createCarryOutCase();
  first = kase.start();
});
afterEach(() => kase.stop());

const someLooks = () => new Promise<void>((resolve) => setTimeout(resolve, 80));
const agentsIn = (room: string) =>
  [...(kase.one.rooms.get(room)?.values() ?? [])].flatMap(({ kind, identity }) => (kind === 'agent' ? [identity] : []));
const toldOf = (id: string) => kase.calls.kinds(id).filter((kind) => kind === 'unexpected_agent').length;

async function answered(): Promise<string> {
  const id = await kase.place(first);
  await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
  return id;
}

describe('a second agent in the room of a call', () => {
  test('is told of and removed, and the first talks on', async () => {
    const id = await answered();
    kase.one.join(roomOf(id), SECOND);
    await kase.until(id, () => !agentsIn(roomOf(id)).includes(SECOND.identity));
    await someLooks();
    expect(agentsIn(roomOf(id))).toEqual([AGENT]);
    expect(kase.calls.stored(id).attempts[0]?.state).toBe('answered');
    expect(toldOf(id)).toBe(1);
  });

  test('that does not go is asked again, and told of once', async () => {
    const remove = kase.one.removeParticipant;
    let isDown = true;
    kase.one.removeParticipant = async (room, identity) => {
      await remove(room, isDown ? 'nobody' : identity).catch(() => Promise.reject(failure('timeout', 'unknown')));
    };
    const id = await answered();
    kase.one.join(roomOf(id), SECOND);
    await kase.until(
      id,
      () => kase.one.requests.filter((request) => request.startsWith('removeParticipant')).length > 2,
    );
    expect(agentsIn(roomOf(id))).toEqual([AGENT, SECOND.identity]);
    isDown = false;
    await kase.until(id, () => agentsIn(roomOf(id)).length === 1);
    expect(toldOf(id)).toBe(1);
  });

  test('of another name, or of none, was put there by somebody else, and stays', async () => {
    const id = await answered();
    kase.one.join(roomOf(id), { ...SECOND, attributes: { 'lk.agent_name': 'note-taker' } });
    kase.one.join(roomOf(id), { identity: 'agent-AJ_3', kind: 'agent' });
    await someLooks();
    expect(agentsIn(roomOf(id))).toHaveLength(3);
    expect(toldOf(id)).toBe(0);
  });

  test('stays where the first is gone: it may have come for the callee', async () => {
    const id = await kase.place(first, { onAgentLost: 'keep' });
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'answered');
    kase.one.leave(roomOf(id), AGENT);
    kase.one.join(roomOf(id), SECOND);
    await someLooks();
    expect(agentsIn(roomOf(id))).toEqual([SECOND.identity]);
    expect(toldOf(id)).toBe(0);
    // The first comes back.
    kase.one.join(roomOf(id), { identity: AGENT, kind: 'agent' });
    await kase.until(id, () => toldOf(id) === 1);
    await kase.until(id, () => agentsIn(roomOf(id)).length === 1);
    expect(agentsIn(roomOf(id))).toEqual([AGENT]);
  });

  test('is no second one before a permit in the dial mode claiming: whoever claims is the one', async () => {
    kase.dialMode = 'claiming';
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    for (const agent of [{ ...SECOND, identity: AGENT }, SECOND]) kase.one.join(roomOf(id), agent);
    await someLooks();
    expect(agentsIn(roomOf(id))).toEqual([AGENT, SECOND.identity]);
    await kase.calls.grantPermit(TENANT, id, 1, { holder: 'AJ_2', nonce: 'nonce' });
    first.feed.nudge(id);
    await kase.until(id, () => toldOf(id) === 1);
    await kase.until(id, () => agentsIn(roomOf(id)).length === 1);
    expect(agentsIn(roomOf(id))).toEqual([SECOND.identity]);
    expect(isOver(kase.calls.stored(id))).toBe(false);
  });

  test('stays in the dial mode legacy, where nobody knows which of them dialled', async () => {
    kase.dialMode = 'legacy';
    const id = await kase.place(first);
    await kase.until(id, ({ attempts }) => attempts[0]?.state === 'agent_ready');
    kase.one.join(roomOf(id), SECOND);
    await someLooks();
    expect(agentsIn(roomOf(id))).toEqual([AGENT, SECOND.identity]);
    expect(toldOf(id)).toBe(0);
  });
});
