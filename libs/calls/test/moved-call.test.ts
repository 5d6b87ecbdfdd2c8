import { describe, expect, test } from '@jest/globals';

import { movedCall, permittedCall } from '../src/index.ts';
import type { Attempt, AttemptMove, Call } from '../src/index.ts';
import { exampleAttempt, exampleCall, mayEnrich, mayMove } from '../src/testing/index.ts';

const CREATED = new Date('2026-11-25T10:00:00Z');
const AT = new Date('2026-11-25T10:00:05Z');

function aCall(attempt: Partial<Attempt>, change: Partial<Call> = {}): Call {
  const moments = { begunAt: CREATED, movedAt: CREATED };
  const ready = { state: 'agent_ready', agentDispatchId: 'AD_1', agentIdentity: 'agent-AJ_1' } as const;
  return exampleCall({
    state: 'in_progress',
    createdAt: CREATED,
    updatedAt: CREATED,
    lastEvent: 3,
    attempts: [exampleAttempt({ ...ready, ...moments, ...attempt })],
    ...change,
  });
}

const PERMIT = { attempt: 1, grantedAt: CREATED, holder: 'AJ_1', nonce: null };
const BUSY: AttemptMove = { to: 'failed', reason: 'busy', sipCode: 486, isLast: true, evidence: 'report' };
const RINGING: AttemptMove = { to: 'ringing', evidence: 'sip.callStatus' };

test('a move is written down on the attempt, on the call, and once in the count of events', () => {
  const call = movedCall(aCall({ state: 'permitted' }, { permit: PERMIT }), 1, RINGING, AT);
  expect(call).toMatchObject({
    state: 'in_progress',
    dialedAt: AT,
    ringingAt: AT,
    answeredAt: null,
    updatedAt: AT,
    lastEvent: 4,
    attempts: [{ state: 'ringing', agentDispatchId: 'AD_1', agentIdentity: 'agent-AJ_1' }],
  });
  expect(movedCall(call, 1, { to: 'answered', evidence: 'report' }, new Date())).toMatchObject({
    ringingAt: AT,
    dialedAt: AT,
  });
});

test('a failure ends the call with its reason and code, is followed by the next attempt, or is its cancellation', () => {
  const ringing = aCall({ state: 'ringing' }, { permit: PERMIT });
  expect(movedCall(ringing, 1, BUSY, AT)).toMatchObject({ state: 'failed', reason: 'busy', sipCode: 486, endedAt: AT });
  const next = movedCall(aCall({}), 1, { ...BUSY, reason: 'no_agent', sipCode: undefined, isLast: false }, AT);
  expect(next).toMatchObject({ state: 'in_progress', reason: null, endedAt: null, attempts: [{ reason: 'no_agent' }] });
  expect(movedCall({ ...ringing, cancelledAt: AT }, 1, BUSY, AT)).toMatchObject({ state: 'cancelled', reason: 'busy' });
});

test('doubt that is settled leaves no reason', () => {
  const doubt = aCall({ state: 'unknown', reason: 'outcome_unknown' }, { state: 'unknown', reason: 'outcome_unknown' });
  expect(movedCall(doubt, 1, RINGING, AT)).toMatchObject({ state: 'in_progress', reason: null });
});

describe('what may be moved', () => {
  test.each<[string, Call, number, AttemptMove, boolean]>([
    ['the current attempt, by the table', aCall({}), 1, { ...BUSY, reason: 'no_agent' }, true],
    ['no earlier attempt', aCall({ number: 2 }), 1, { ...BUSY, reason: 'no_agent' }, false],
    ['nothing backwards', aCall({}), 1, { to: 'room_ready', agentDispatchId: null, evidence: '' }, false],
    ['nothing of a call that is over', aCall({}, { state: 'cancelled' }), 1, BUSY, false],
    ['no dial without the permit', aCall({}), 1, RINGING, false],
    ['a dial with it', aCall({ state: 'permitted' }, { permit: PERMIT }), 1, RINGING, true],
    ['a dial in legacy', aCall({ dialMode: 'legacy' }), 1, RINGING, true],
    [
      'no next target after the permit',
      aCall({ state: 'permitted' }, { permit: PERMIT }),
      1,
      { ...BUSY, isLast: false },
      false,
    ],
  ])('%s', (_, call, number, move, may) => {
    expect(mayMove(call, number, move)).toBe(may);
  });
});

describe('a code that comes after the end', () => {
  const over = aCall(
    { state: 'failed', reason: 'no_answer' },
    { state: 'failed', reason: 'no_answer', endedAt: CREATED },
  );

  test('is added once, with its reason', () => {
    expect(mayEnrich(over, 1, BUSY)).toBe(true);
    const enriched = movedCall(over, 1, BUSY, AT);
    expect(enriched).toMatchObject({ reason: 'busy', sipCode: 486, endedAt: CREATED, lastEvent: 4 });
    expect(enriched.attempts).toMatchObject([{ state: 'failed', reason: 'busy', sipCode: 486 }]);
    expect(mayEnrich(enriched, 1, BUSY)).toBe(false);
    expect(mayEnrich(over, 1, { ...BUSY, sipCode: undefined })).toBe(false);
    expect(mayEnrich(aCall({}), 1, BUSY)).toBe(false);
  });

  test('leaves a cancelled call cancelled for the reason that it has', () => {
    const cancelled = { ...over, state: 'cancelled', reason: 'cancelled' } as const;
    expect(movedCall(cancelled, 1, BUSY, AT)).toMatchObject({ state: 'cancelled', reason: 'cancelled', sipCode: 486 });
  });
});

test('the permit is granted to the current attempt, and a claim tells who its agent is', () => {
  const claimed = permittedCall(
    aCall({ state: 'room_ready', agentIdentity: null }, { state: 'accepted' }),
    { holder: 'AJ_7', nonce: 'nonce', isAgent: true },
    AT,
  );
  expect(claimed).toMatchObject({
    state: 'in_progress',
    permit: { attempt: 1, grantedAt: AT, holder: 'AJ_7', nonce: 'nonce' },
    lastEvent: 5,
    attempts: [{ state: 'permitted', agentIdentity: 'agent-AJ_7' }],
  });
  const own = permittedCall(aCall({}), { holder: 'dispatcher', nonce: null, isAgent: false }, AT);
  expect(own).toMatchObject({ lastEvent: 4, attempts: [{ state: 'permitted', agentIdentity: 'agent-AJ_1' }] });
});
