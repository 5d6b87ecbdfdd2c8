import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  ATTEMPT_TRANSITIONS,
  CALL_TRANSITIONS,
  callStateAfter,
  DIAL_STATES,
  isFinal,
  STATES_BEFORE_PERMIT,
  statesBefore,
} from '../src/index.ts';
import type { AttemptState, CallState } from '../src/index.ts';

/** One line a state, one column a state that may follow, in the same order. */
const ALLOWED = `
             pla roo age per dia rin ans end fai unk
planned       -   x   x   -   x   x   x   -   x   x
room_ready    -   -   x   -   x   x   x   -   x   x
agent_ready   -   -   -   x   x   x   x   -   x   x
permitted     -   -   -   -   x   x   x   -   x   x
dialing       -   -   -   -   -   x   x   x   x   x
ringing       -   -   -   -   -   -   x   x   x   x
answered      -   -   -   -   -   -   -   x   -   -
ended         -   -   -   -   -   -   -   -   -   -
failed        -   -   -   -   -   -   -   -   -   -
unknown       -   -   -   -   -   x   x   x   x   -
`;
const LINES = ALLOWED.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/));
const STATES = LINES.map(([state]) => state as AttemptState);
const STEPS = LINES.flatMap(([from, ...cells]) =>
  cells.map((cell, column) => [from as AttemptState, STATES[column] as AttemptState, cell === 'x'] as const),
);

describe('an attempt', () => {
  test.each(STEPS)('moves from %s to %s: %j', (from, to, allowed) => {
    expect(ATTEMPT_TRANSITIONS[from].includes(to)).toBe(allowed);
    expect(statesBefore(to).includes(from)).toBe(allowed);
  });

  test('has these states and no others', () => {
    expect(Object.keys(ATTEMPT_TRANSITIONS).sort()).toEqual([...STATES].sort());
  });
});

type Table = Readonly<Record<string, readonly string[]>>;

/** Where a walk by the table leads that takes the given turns. */
function walk(table: Table, from: string, turns: readonly number[]): string[] {
  const path = [from];
  for (const turn of turns) {
    const next = table[path.at(-1) ?? ''] ?? [];
    if (next.length === 0) break;
    path.push(next[turn % next.length] ?? '');
  }
  return path;
}

const TURNS = fc.array(fc.nat(100), { maxLength: 30 });

/** Whether a walk was found that goes on after a final state. */
function leavesFinalState(table: Table, from: string): boolean {
  const { failed } = fc.check(
    fc.property(TURNS, (turns) => !walk(table, from, turns).slice(0, -1).some(isFinalState)),
    { numRuns: 2_000, seed: 1 },
  );
  return failed;
}
const isFinalState = (state: string): boolean => isFinal(state as AttemptState | CallState);

/** All that can be reached from a state, itself not counted. */
function reachable(table: Table, from: string, seen = new Set<string>()): Set<string> {
  for (const next of table[from] ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(table, next, seen);
  }
  return seen;
}

describe.each([
  ['attempt', ATTEMPT_TRANSITIONS, 'planned'],
  ['call', CALL_TRANSITIONS, 'accepted'],
] as const)('the table of the %s', (_, table: Table, first) => {
  test('lets no walk leave a final state', () => {
    expect(leavesFinalState(table, first)).toBe(false);
  });

  test.each(Object.keys(table).filter(isFinalState))('would be caught with a way out of %s', (state) => {
    expect(leavesFinalState({ ...table, [state]: ['unknown'] }, first)).toBe(true);
  });

  test('reaches every state, and from every state that is not final an end', () => {
    expect([first, ...reachable(table, first)].sort()).toEqual(Object.keys(table).sort());
    for (const state of Object.keys(table).filter((state) => !isFinalState(state))) {
      expect([...reachable(table, state)].some(isFinalState)).toBe(true);
    }
  });

  test('lets UNKNOWN end at once, well or badly', () => {
    expect(table.unknown).toEqual(expect.arrayContaining(['ended', 'failed']));
  });

  test('never stays where it is, and never leads back to the start', () => {
    for (const [state, next] of Object.entries(table)) {
      expect(next).not.toContain(state);
      expect(next).not.toContain(first);
    }
  });
});

test('an attempt goes forward only: past what was seen of the phone, and never back to before the dial', () => {
  const order: readonly AttemptState[] = STATES.filter((state) => state !== 'unknown' && state !== 'failed');
  fc.assert(
    fc.property(TURNS, (turns) => {
      const seen = walk(ATTEMPT_TRANSITIONS, 'planned', turns).filter((state) => order.includes(state as AttemptState));
      const ranks = seen.map((state) => order.indexOf(state as AttemptState));
      // Through doubt the same thing may be seen again, such as ringing; nothing earlier.
      for (const [index, rank] of ranks.entries()) expect(rank).toBeGreaterThanOrEqual(ranks[index - 1] ?? 0);
    }),
  );
});

test('an attempt ends only after something was seen of its dial, and fails at any time before', () => {
  for (const before of statesBefore('ended')) expect([...DIAL_STATES, 'unknown']).toContain(before);
  expect(statesBefore('failed')).not.toContain('answered');
});

test('a permit is granted from AGENT_READY alone, to which a claim may bring an attempt', () => {
  expect(statesBefore('permitted')).toEqual(['agent_ready']);
  expect(STATES_BEFORE_PERMIT).toEqual(['planned', 'room_ready', 'agent_ready']);
});

describe('the call of an attempt', () => {
  test.each<[AttemptState, boolean, boolean, CallState]>([
    ['planned', true, false, 'in_progress'],
    ['room_ready', true, false, 'in_progress'],
    ['agent_ready', true, false, 'in_progress'],
    ['permitted', true, false, 'in_progress'],
    ['dialing', true, false, 'in_progress'],
    ['ringing', true, true, 'in_progress'],
    ['answered', true, false, 'in_progress'],
    ['ended', false, false, 'ended'],
    ['ended', true, true, 'ended'],
    ['unknown', true, false, 'unknown'],
    ['unknown', false, true, 'unknown'],
    ['failed', true, false, 'failed'],
    ['failed', false, false, 'in_progress'],
    ['failed', true, true, 'cancelled'],
    ['failed', false, true, 'cancelled'],
  ])('with it %s (last: %j, cancelled: %j) is %s', (attempt, isLast, isCancelled, call) => {
    expect(callStateAfter(attempt, isLast, isCancelled)).toBe(call);
  });

  test('follows by its own table, however its attempts go', () => {
    const attempts = fc.array(fc.record({ turns: TURNS, isLast: fc.boolean(), isCancelled: fc.boolean() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(attempts, (tries) => {
        let call: CallState = 'accepted';
        for (const { turns, isLast, isCancelled } of tries) {
          if (isFinal(call)) return;
          for (const state of walk(ATTEMPT_TRANSITIONS, 'planned', turns).slice(1)) {
            const next = callStateAfter(state as AttemptState, isLast, isCancelled);
            if (next !== call) expect(CALL_TRANSITIONS[call]).toContain(next);
            call = next;
          }
        }
      }),
    );
  });
});
