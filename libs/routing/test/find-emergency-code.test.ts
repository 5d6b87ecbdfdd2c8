import { expect, test } from '@jest/globals';

import { classifyNumber } from '@dialplane/routing';

import { findEmergencyCode } from '../src/numbers/find-emergency-code.ts';

test.each([
  ['1122222222', 'IN', '112', 'Delhi without +91 and without a trunk zero'],
  ['01122222222', 'IN', undefined, 'Delhi with its trunk zero'],
  ['911122222222', 'IN', undefined, 'E.164 without the plus, to a carrier in India'],
  ['911122222222', 'US', '911', 'the same to a carrier in the United States'],
  ['+911122222222', 'US', undefined, 'with the plus it is international'],
  ['0111 22222222', 'US', undefined, 'an access code first'],
  ['9122222222', 'US', undefined, 'not quite'],
  ['9111', 'US', '911', ''],
  ['911', 'US', '911', ''],
  ['+911', 'US', undefined, 'the same of nothing but a code'],
  ['1332222222', 'AT', '133', 'Vienna without its trunk zero'],
  ['01332222222', 'AT', undefined, 'Vienna'],
  ['99911111', 'AE', '999', ''],
  ['15552222222', 'FR', '15', 'the United States without the plus, to a carrier in France'],
  ['0002222222', 'AU', '000', ''],
  ['1122222222', undefined, '112', 'the country is not known: 112, 911 and 999 are looked for'],
  ['1002222222', undefined, undefined, 'India alone has 100'],
  ['9992222222', 'ZZ', '999', 'a country that nobody knows'],
  ['', 'IN', undefined, ''],
])('%s at a carrier in %s begins with %s (%s)', (dialled, country, expected, _why) => {
  expect(findEmergencyCode(dialled, country)).toBe(expected);
});

test('what E.164 does not show, the dialled string does', () => {
  // Without the second look this call would go out as 112…: the first does not see it, and must not.
  const delhi = '+911122222222';
  expect(classifyNumber(delhi)?.kind).toBe('fixed');
  expect(findEmergencyCode(delhi.slice('+91'.length), 'IN')).toBe('112');
});
