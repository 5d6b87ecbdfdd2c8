import { expect, test } from '@jest/globals';

import { doNotCall } from '../../src/policies/do-not-call.ts';
import { applied, outcome, routingCall, TENANT } from './routing-call.ts';

const CALLEE = '+919999999999';
const onList = (list: 'tenant' | 'everybody') => (tenantId: string, e164: string) =>
  tenantId === TENANT && e164 === CALLEE ? list : undefined;

test.each([
  ['on no list', CALLEE, undefined, 'passed'],
  ["on the tenant's", CALLEE, 'tenant', 'do_not_call'],
  ["on everybody's", CALLEE, 'everybody', 'do_not_call'],
  ['a number that is longer by a digit', `${CALLEE}9`, 'everybody', 'passed'],
  ['a number that is shorter by a digit', CALLEE.slice(0, -1), 'everybody', 'passed'],
] as const)('%s: %s on the list of %s is %s', (_why, to, list, expected) => {
  const call = routingCall({ to, doNotCall: list && onList(list) });
  expect(outcome(doNotCall, call)).toBe(expected);
});

test.each(['transactional', 'service', 'promotional', undefined] as const)('no purpose excuses it: %s', (purpose) => {
  expect(outcome(doNotCall, routingCall({ to: CALLEE, purpose, doNotCall: onList('tenant') }))).toBe('do_not_call');
});

test.each([
  ['tenant', `dialplane do-not-call remove ${CALLEE} --tenant ${TENANT}`],
  ['everybody', `dialplane do-not-call remove ${CALLEE} --operator`],
] as const)('the hint says how to take it off the list of %s', (list, command) => {
  const refusal = applied(doNotCall, routingCall({ to: CALLEE, doNotCall: onList(list) }))?.refusal;
  expect(refusal?.hint).toContain(command);
});
