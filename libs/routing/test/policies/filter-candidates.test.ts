import { expect, test } from '@jest/globals';

import { filterCandidates } from '../../src/policies/filter-candidates.ts';
import type { Candidate, Objection } from '../../src/policy.ts';
import { CONFIG, number, OTHER_CONFIG } from '../example-view.ts';
import { applyUpTo, callOf } from './ways-of.ts';

const routes = [{ livekit_config: CONFIG }, { livekit_config: OTHER_CONFIG, priority: 2 }];
const call = callOf({ voice_agent_numbers: [number({ rules: { routes } })] });
const { ways } = applyUpTo('candidates', call);

/** Against all but those, with a list of what was told. */
function judgeAllBut(fit: readonly Candidate[]) {
  const told: Candidate[] = [];
  const objection: Objection = {
    reason: 'config_disabled',
    tell: (_call, candidate) => {
      told.push(candidate);
      return { message: 'a message', hint: 'a hint' };
    },
  };
  return { told, judge: (_call: unknown, way: Candidate) => (fit.includes(way) ? undefined : objection) };
}

test('of a call that goes on, no text is made', () => {
  const { told, judge } = judgeAllBut(ways.slice(1));
  const result = filterCandidates(call, ways, judge);
  expect([result?.candidates, result?.dropped?.length, result?.refusal]).toEqual([ways.slice(1), 1, undefined]);
  expect(told).toEqual([]);
});

test('of one that is refused, that of the way that would have come first', () => {
  const { told, judge } = judgeAllBut([]);
  expect(filterCandidates(call, ways.toReversed(), judge)?.refusal).toEqual({
    reason: 'config_disabled',
    message: 'a message',
    hint: 'a hint',
  });
  expect(told).toEqual([ways[0]]);
});
