import { expect, test } from '@jest/globals';
import { REASONS } from '@dialplane/calls';
import type { CallReason, NextTry } from '@dialplane/calls';

import { nextTarget } from '../src/carry-out/next-target.ts';
import { storedCall, TARGET } from './stored-call.ts';

/** A call with three targets whose attempts so far were on these. */
function tried(...targetIndexes: number[]) {
  const [attempt] = storedCall().attempts;
  if (attempt === undefined) throw new Error('no attempt');
  const attempts = targetIndexes.map((targetIndex, index) => ({ ...attempt, number: index + 1, targetIndex }));
  return { targets: [TARGET, TARGET, TARGET], attempts };
}

const AFTER_FIRST: Readonly<Record<NextTry, number | undefined>> = {
  another_target: 1,
  same_target: 0,
  nothing: undefined,
};

test.each(Object.entries(REASONS))('after %s the table says what is tried: %j', (reason, { next }) => {
  expect(nextTarget(tried(0), reason as CallReason)).toBe(AFTER_FIRST[next]);
});

test.each<[string, number[], CallReason, number | undefined]>([
  ['another after the second', [0, 1], 'no_agent', 2],
  ['none after the last', [0, 1, 2], 'no_agent', undefined],
  ['the last once more', [0, 1, 2], 'dispatcher_lost', 2],
  ['none for ever', [0, 0, 0, 0, 0], 'dispatcher_lost', undefined],
  ['none after a refusal, whatever is left', [0, 1], 'declined', undefined],
])('%s', (_, targetIndexes, reason, index) => {
  expect(nextTarget(tried(...targetIndexes), reason)).toBe(index);
});
