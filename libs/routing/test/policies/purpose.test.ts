import { expect, test } from '@jest/globals';

import type { CarrierRule } from '@dialplane/tenancy';

import { purpose } from '../../src/policies/purpose.ts';
import { purposeProblem } from '../../src/policies/purpose-problem.ts';
import type { Purpose } from '../../src/routing-view.ts';
import { applied, outcome, routingCall, TENANT } from './routing-call.ts';

const IN_140 = '+911409999999';
const IN_1600 = '+911600999999';
const IN_1601 = '+911601999999';
const IN_MOBILE = '+919999999999';
const AE_MOBILE = '+971555555555';
const US = '+12125550100';

const REFUSED = 'purpose_not_allowed';

test.each<[from: string, to: string, said: Purpose | undefined, expected: string, why: string]>([
  // The series of the caller id.
  [IN_140, IN_MOBILE, 'promotional', 'passed', 'what it is for'],
  [IN_140, IN_MOBILE, 'service', REFUSED, 'for promotional calls alone'],
  [IN_140, IN_MOBILE, 'transactional', REFUSED, 'for promotional calls alone'],
  [IN_140, IN_MOBILE, undefined, REFUSED, 'the purpose has to be said'],
  [IN_1600, IN_MOBILE, 'service', 'passed', 'what it is for'],
  [IN_1600, IN_MOBILE, 'transactional', 'passed', 'what it is for'],
  [IN_1600, IN_MOBILE, 'promotional', REFUSED, 'never'],
  [IN_1600, IN_MOBILE, undefined, REFUSED, 'the purpose has to be said'],
  [IN_1601, IN_MOBILE, 'service', 'passed', 'what it is for'],
  [IN_1601, IN_MOBILE, 'promotional', REFUSED, 'never'],
  [IN_140, US, 'service', REFUSED, 'the series is for it wherever the callee is'],
  [IN_140, US, 'promotional', 'passed', 'no pack for the United States'],
  ['+911419999999', IN_MOBILE, 'service', 'passed', 'Jaipur, which begins with 141'],
  ['+91140999999', IN_MOBILE, 'service', 'passed', 'too short for the series'],
  // What the callee's country asks.
  [IN_MOBILE, IN_MOBILE, 'promotional', REFUSED, 'India wants 140'],
  [IN_MOBILE, IN_MOBILE, 'service', 'passed', 'asked of promotional calls alone'],
  [IN_MOBILE, IN_MOBILE, 'transactional', 'passed', 'asked of promotional calls alone'],
  [IN_MOBILE, IN_MOBILE, undefined, 'passed', 'asked of promotional calls alone'],
  [US, IN_MOBILE, 'promotional', REFUSED, 'India wants 140 from abroad too'],
  [AE_MOBILE, AE_MOBILE, 'promotional', 'passed', 'a local number'],
  [US, AE_MOBILE, 'promotional', REFUSED, 'the Emirates want a local number'],
  [IN_140, AE_MOBILE, 'promotional', REFUSED, 'the Emirates want a local number'],
  [US, AE_MOBILE, 'service', 'passed', 'asked of promotional calls alone'],
  [IN_MOBILE, US, 'promotional', 'passed', 'no pack for the United States'],
  [IN_MOBILE, '+88399999999', 'promotional', 'passed', 'a callee of no country'],
  [IN_MOBILE, 'nonsense', 'promotional', 'passed', 'no number: the destination refuses it'],
])('from %s to %s for %s: %s (%s)', (from, to, said, expected, _why) => {
  const call = routingCall({ from, to, purpose: said });
  expect(outcome(purpose, call)).toBe(expected);
  expect(purposeProblem(call, from)?.reason ?? 'passed').toBe(expected);
});

const carrier = (callerId: string | undefined): CarrierRule => ({
  prefixes: ['+'],
  sipTrunkId: undefined,
  livekitConfigId: undefined,
  priority: 1,
  weight: 100,
  costPerMinuteNano: undefined,
  callerId,
  callerIdFormat: 'e164',
  dialFormat: { strip: 0, trunkZero: false, prefix: '', plus: true },
  headerProfile: undefined,
  fallthrough: false,
});

test.each<[callerIds: (string | undefined)[], expected: string, why: string]>([
  [[], REFUSED, 'the number itself is shown'],
  [[undefined], REFUSED, 'the number itself is shown'],
  [[IN_MOBILE], REFUSED, 'the number itself, by name'],
  [[IN_140], 'passed', 'left to caller_id, which judges what each way shows'],
  [[IN_140, undefined], 'passed', 'left to caller_id, which refuses the second way alone'],
])('a promotional call from an ordinary number whose carriers show %j: %s (%s)', (callerIds, expected, _why) => {
  const rules = { carriers: callerIds.map(carrier) };
  expect(outcome(purpose, routingCall({ from: IN_MOBILE, to: IN_MOBILE, purpose: 'promotional', rules }))).toBe(
    expected,
  );
});

test('a refusal says what to do', () => {
  const hint = (from: string, to: string, said?: Purpose) =>
    applied(purpose, routingCall({ from, to, purpose: said }))?.refusal?.hint;
  expect(hint(IN_1600, IN_MOBILE)).toContain('service or transactional');
  expect(hint(IN_1600, IN_MOBILE, 'promotional')).toContain('promotional calls');
  expect(hint(IN_MOBILE, IN_MOBILE, 'promotional')).toContain(
    `dialplane number rules set ${IN_MOBILE} --file <yaml> --tenant ${TENANT}`,
  );
});
