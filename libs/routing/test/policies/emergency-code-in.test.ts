import { expect, test } from '@jest/globals';

import { emergencyCodeIn, isShortLikeEmergency } from '../../src/policies/emergency-code-in.ts';
import { routingCall } from './routing-call.ts';

const US = '+12125550100';
const IN = '+919999999999';
const DELHI = '+911122222222';
const VIENNA = '+431332222222';

test.each<[why: string, shown: string, to: string, dialled: string, expected: string | undefined]>([
  ['E.164', US, DELHI, DELHI, undefined],
  ['+91 taken away, no trunk zero: a switch in India', IN, DELHI, '1122222222', '112'],
  ['the same over a carrier abroad', US, DELHI, '1122222222', '112'],
  ['with its trunk zero', IN, DELHI, '01122222222', undefined],
  ['without the plus: a switch in the United States', US, DELHI, '911122222222', '911'],
  ['without the plus: a switch in India', IN, DELHI, '911122222222', undefined],
  ['with an access code', US, DELHI, '011911122222222', undefined],
  ['with a prefix of the carrier', IN, DELHI, '9999911122222222', undefined],
  ['a prefix that makes one', IN, DELHI, '112911122222222', '112'],
  ['Vienna without its trunk zero', '+431999999999', VIENNA, '1332222222', '133'],
  ['the same, shown a number of India', IN, VIENNA, '1332222222', '133'],
  ['a caller id of no country that is known', '+12005550100', DELHI, '911122222222', '911'],
  ['a caller id that is no number', '', DELHI, '911122222222', '911'],
  ['nothing', US, DELHI, '', undefined],
])('%s: showing %s to %s, dialled %s', (_why, shown, to, dialled, expected) => {
  expect(emergencyCodeIn(routingCall({ to }), shown, dialled)).toBe(expected);
});

test('the kind emergency_like, allowed by name, allows it: by the number, else by its tenant', () => {
  const destinations = (...allowKinds: string[]) => ({
    destinations: { allowCountries: undefined, denyPrefixes: [], allowKinds },
  });
  const dialled = (change: Parameters<typeof routingCall>[0]) =>
    emergencyCodeIn(routingCall({ to: DELHI, ...change }), IN, '1122222222');
  expect(dialled({ rules: destinations('emergency_like') })).toBeUndefined();
  expect(dialled({ defaults: destinations('emergency_like') })).toBeUndefined();
  expect(dialled({ rules: destinations(), defaults: destinations('emergency_like') })).toBe('112');
  expect(dialled({ rules: destinations('unknown') })).toBe('112');
});

test.each<[dialled: string, isShort: boolean]>([
  ['112', true],
  ['911', true],
  ['999', true],
  ['000', true],
  ['110', true],
  ['119', true],
  ['108', true],
  ['1122', true],
  ['+112', true],
  ['+1122', true],
  ['', true],
  ['11222', false],
  ['+11222', false],
  // Mobiles in India that begin with other countries' codes.
  ['9112345678', false],
  ['9991234567', false],
])('%s, whatever the country: short like an emergency number %s', (dialled, isShort) => {
  expect(isShortLikeEmergency(routingCall({ to: DELHI }), dialled)).toBe(isShort);
});
