import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ATTEMPT_TRANSITIONS, callStateAfter } from '@dialplane/calls';
import type { AttemptState, CallState, DialMode, Lease } from '@dialplane/calls';

import { accepted, aCallsCase, MOVES, read } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

let calling: CallsCase;
beforeAll(async () => {
  calling = await aCallsCase();
});
afterAll(() => calling.close());

const STATES = Object.keys(ATTEMPT_TRANSITIONS) as AttemptState[];
const PAIRS = STATES.flatMap((from) => (Object.keys(MOVES) as (keyof typeof MOVES)[]).map((to) => [from, to] as const));
const DIALS = ['dialing', 'ringing', 'answered', 'ended'];

/** A call whose attempt stands where it is put, whatever led there. */
async function standing(state: AttemptState, dialMode: DialMode, isPermitted: boolean): Promise<Lease> {
  const lease = await accepted(calling.one, { attempt: { dialMode } });
  const { ownerUrl } = calling.database;
  await runSql(ownerUrl, 'UPDATE dialplane.call_attempts SET state = $2 WHERE call_id = $1', [lease.callId, state]);
  await runSql(
    ownerUrl,
    `UPDATE dialplane.voice_call_logs
     SET state = $2, permit_attempt = $3, permit_at = now(), permit_holder = 'AJ_1' WHERE id = $1`,
    [lease.callId, callStateAfter(state, true, false), isPermitted ? 1 : null],
  );
  return lease;
}

/** Tries a move; of what is refused it has to have changed nothing. */
async function tryMove(lease: Lease, to: keyof typeof MOVES): Promise<boolean> {
  const before = await read(calling.one, lease);
  // Without a code, which would be an enrichment of a failed attempt.
  const move = to === 'failed' ? { ...MOVES.failed, sipCode: undefined } : MOVES[to];
  const moved = await calling.one.move(lease, 1, move);
  const after = await read(calling.one, lease);
  if (!moved) expect(after).toEqual(before);
  else {
    const state: CallState = callStateAfter(to, true, false);
    expect(after).toMatchObject({ state, lastEvent: before.lastEvent + 1, attempts: [{ state: to }] });
  }
  return moved;
}

test.each(PAIRS)('a permitted attempt goes from %s to %s only as the table allows', async (from, to) => {
  const lease = await standing(from, 'claiming', true);
  expect(await tryMove(lease, to)).toBe(ATTEMPT_TRANSITIONS[from].includes(to));
});

test.each(PAIRS)('without a permit an attempt goes from %s to %s only where nobody dials', async (from, to) => {
  const lease = await standing(from, 'dispatcher', false);
  expect(await tryMove(lease, to)).toBe(ATTEMPT_TRANSITIONS[from].includes(to) && !DIALS.includes(to));
});

test.each(PAIRS)(
  'in the dial mode legacy, which has no permit, it goes from %s to %s as the table allows',
  async (from, to) => {
    const lease = await standing(from, 'legacy', false);
    expect(await tryMove(lease, to)).toBe(ATTEMPT_TRANSITIONS[from].includes(to));
  },
);

test.each(STATES)('a permit is granted to an attempt that is %s only before anybody dials', async (from) => {
  const lease = await standing(from, 'claiming', false);
  const before = await read(calling.one, lease);
  const outcome = await calling.one.grantPermit(lease.tenantId, lease.callId, 1, { holder: 'AJ_1', nonce: 'n' });
  const isEarly = ['planned', 'room_ready', 'agent_ready'].includes(from);
  expect(outcome.kind).toBe(isEarly ? 'granted' : 'refused');
  const after = await read(calling.one, lease);
  if (!isEarly) expect(after).toEqual(before);
  else {
    expect(after).toMatchObject({ state: 'in_progress', attempts: [{ state: 'permitted' }] });
    // A claim may come before the agent was seen in the room, and is evidence of it.
    expect(after.lastEvent - before.lastEvent).toBe(from === 'agent_ready' ? 1 : 2);
  }
});

test('an attempt whose permit was granted meanwhile is not given up for another target, nor where that was asked for', async () => {
  const lease = await standing('permitted', 'claiming', true);
  const { sipCode: _, ...failed } = MOVES.failed;
  expect(await calling.one.move(lease, 1, { ...failed, isLast: false })).toBe(false);
  const unlessPermitted = { ...failed, reason: 'agent_did_not_claim', unlessPermitted: true } as const;
  expect(await calling.one.move(lease, 1, unlessPermitted)).toBe(false);
  expect(await read(calling.one, lease)).toMatchObject({ state: 'in_progress', attempts: [{ state: 'permitted' }] });
  expect(await calling.one.move(await standing('agent_ready', 'claiming', false), 1, unlessPermitted)).toBe(true);
});
