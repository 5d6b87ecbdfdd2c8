import { expect, test } from '@jest/globals';
import type { DialFormat } from '@dialplane/tenancy';

import { formatCallerId } from '../src/format-caller-id.ts';
import { formatDialString } from '../src/format-dial-string.ts';
import { id, number } from './example-view.ts';
import { callOf } from './policies/ways-of.ts';

const AS_IT_IS: DialFormat = { strip: 0, trunkZero: false, prefix: '', plus: true };

test.each<[Partial<DialFormat>, string]>([
  [{}, '+919999999999'],
  [{ plus: false }, '919999999999'],
  [{ plus: false, prefix: '00' }, '00919999999999'],
  [{ plus: false, strip: 2 }, '9999999999'],
  [{ plus: false, strip: 2, trunkZero: true }, '09999999999'],
  [{ plus: false, strip: 2, trunkZero: true, prefix: '77' }, '7709999999999'],
  [{ plus: false, strip: 12, prefix: '1' }, '1'],
  [{ plus: false, strip: 15 }, ''],
])('+919999999999 dialled by %j is %s', (change, expected) => {
  expect(formatDialString('+919999999999', { ...AS_IT_IS, ...change })).toBe(expected);
});

test('without a format E.164 is dialled', () => {
  expect(formatDialString('+919999999999', undefined)).toBe('+919999999999');
});

test.each([
  ['+12125550100', 'e164', '+12125550100'],
  ['+12125550100', 'digits', '12125550100'],
  ['+12125550100', 'national', '02125550100'],
  ['+971555555555', 'national', '0555555555'],
] as const)('%s shown as %s is %s', (callerId, format, expected) => {
  const call = callOf({
    voice_agent_numbers: [
      number(),
      number({ id: id(4, 2), baseNumber: '555555555', countryCode: '+971' }),
      number({ id: id(4, 3), baseNumber: '71555555555', countryCode: '9', isActive: false }),
    ],
  });
  expect(formatCallerId(call, callerId, format)).toBe(expected);
});
