import { expect, test } from '@jest/globals';

import { callStateAfter, statesBefore } from '../src/index.ts';
import type { AttemptState, CallState } from '../src/index.ts';

const STATES: readonly AttemptState[] = ['planned', 'room_ready', 'agent_ready', 'failed', 'unknown'];

/** Every step that an attempt may take; all others are refused. */
const ALLOWED: readonly (readonly [AttemptState, AttemptState])[] = [
  ['planned', 'room_ready'],
  ['planned', 'failed'],
  ['planned', 'unknown'],
  ['room_ready', 'agent_ready'],
  ['room_ready', 'failed'],
  ['room_ready', 'unknown'],
];

const ALL = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

test.each(ALL)('an attempt moves from %s to %s only as the table allows', (from, to) => {
  const allowed = ALLOWED.some(([before, after]) => before === from && after === to);
  expect(statesBefore(to).includes(from)).toBe(allowed);
});

test('nothing leads back to a planned attempt, and nothing stays where it is', () => {
  expect(statesBefore('planned')).toEqual([]);
  for (const state of STATES) expect(statesBefore(state)).not.toContain(state);
});

test('every state can be reached from a planned attempt', () => {
  const reached = new Set<AttemptState>(['planned']);
  for (const _ of STATES) {
    for (const to of STATES) if (statesBefore(to).some((from) => reached.has(from))) reached.add(to);
  }
  expect([...reached].sort()).toEqual([...STATES].sort());
});

const CALL_AFTER: Record<AttemptState, CallState> = {
  planned: 'in_progress',
  room_ready: 'in_progress',
  agent_ready: 'in_progress',
  failed: 'failed',
  unknown: 'unknown',
};

test.each(Object.entries(CALL_AFTER))('with its last attempt %s a call is %s', (attempt, call) => {
  expect(callStateAfter(attempt as AttemptState)).toBe(call);
});
