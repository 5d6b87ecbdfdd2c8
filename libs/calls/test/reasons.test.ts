import { describe, expect, test } from '@jest/globals';

import { classifyDialFailure, REASONS } from '../src/index.ts';
import type { CallReason, DialFailure, NextTry, ReasonFacts, SipCodeOverrides } from '../src/index.ts';

/** What may be tried after each, as long as no permit was granted. */
const NEXT: Readonly<Record<CallReason, NextTry>> = {
  deployment_unreachable: 'another_target',
  credential_refused: 'another_target',
  deployment_error: 'another_target',
  clock_skew: 'another_target',
  config_changed: 'another_target',
  no_agent: 'another_target',
  agent_did_not_claim: 'another_target',
  agent_lost: 'another_target',
  // The target was not at fault.
  dispatcher_lost: 'same_target',
  // Known from a dial alone, which the permit precedes.
  carrier_trouble: 'nothing',
  carrier_refused: 'nothing',
  trunk_not_found: 'nothing',
  // A person has said no, or was not reached: it would be the same person over any target.
  busy: 'nothing',
  declined: 'nothing',
  no_answer: 'nothing',
  unavailable: 'nothing',
  invalid_number: 'nothing',
  // Nobody is to be dialled, or nobody any longer.
  do_not_call: 'nothing',
  cancelled: 'nothing',
  max_duration: 'nothing',
  // The phone may have rung.
  deployment_lost: 'nothing',
  agent_did_not_report: 'nothing',
  outcome_unknown: 'nothing',
};

test.each(Object.entries(NEXT))('after %s may be tried: %s', (reason, next) => {
  expect(REASONS[reason as CallReason].next).toBe(next);
});

test('there is a line for each reason, and no other', () => {
  expect(Object.keys(REASONS).toSorted()).toEqual(Object.keys(NEXT).toSorted());
});

const having = (holds: (facts: ReasonFacts) => boolean): string[] =>
  Object.entries(REASONS)
    .filter(([, facts]) => holds(facts))
    .map(([reason]) => reason)
    .toSorted();

test('doubt is left by two, and nothing is tried after either', () => {
  expect(having(({ isInDoubt }) => isInDoubt)).toEqual(['agent_did_not_report', 'outcome_unknown']);
  expect(having(({ isInDoubt, next }) => isInDoubt && next !== 'nothing')).toEqual([]);
});

test('a callee who has spoken is the end of it, and the trunk has carried that word', () => {
  expect(having(({ fault, next }) => fault === 'callee' && next !== 'nothing')).toEqual([]);
  expect(having(({ trunk }) => trunk === 'works')).toEqual(['busy', 'declined', 'invalid_number', 'unavailable']);
});

test('what only a dial can bring to light speaks against the trunk, since after the permit nothing else is tried', () => {
  expect(having(({ trunk }) => trunk === 'failed')).toEqual(['carrier_refused', 'carrier_trouble', 'trunk_not_found']);
  expect(having(({ trunk, next }) => trunk !== 'nothing' && next !== 'nothing')).toEqual([]);
});

describe('what LiveKit and a carrier say tells the reason, and the reason what may be tried', () => {
  const failure = (sipCode?: number, httpStatus?: number, twirpCode?: string): DialFailure => ({
    sipCode,
    httpStatus,
    twirpCode,
    outcome: 'rejected',
  });

  test.each<[string, DialFailure, SipCodeOverrides, NextTry]>([
    ['486', failure(486, 429, 'resource_exhausted'), {}, 'nothing'],
    ['603', failure(603, 403, 'permission_denied'), {}, 'nothing'],
    ['404 of the carrier', failure(404, 404, 'not_found'), {}, 'nothing'],
    ['404 of LiveKit', failure(undefined, 404, 'not_found'), {}, 'nothing'],
    ['503', failure(503, 412, 'failed_precondition'), {}, 'nothing'],
    ['403 of LiveKit', failure(undefined, 403, 'permission_denied'), {}, 'another_target'],
    ['480', failure(480, 429, 'resource_exhausted'), {}, 'nothing'],
    ['480 of a carrier whose channels are full', failure(480), { 480: 'carrier_trouble' }, 'nothing'],
    ['503 of a carrier who says so of a busy line', failure(503), { 503: 'busy' }, 'nothing'],
    ['a lost reply', { ...failure(), outcome: 'unknown' }, {}, 'nothing'],
    ['no connection', { ...failure(), outcome: 'not_sent' }, {}, 'another_target'],
  ])('%s', (_, given, overrides, next) => {
    expect(REASONS[classifyDialFailure(given, overrides).reason].next).toBe(next);
  });
});
