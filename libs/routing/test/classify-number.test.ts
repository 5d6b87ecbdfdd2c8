import { expect, test } from '@jest/globals';
import { assert, property, string, stringMatching } from 'fast-check';

import { classifyNumber, NUMBER_SERIES } from '@dialplane/routing';

const line = (e164: string): string => {
  const found = classifyNumber(e164);
  return found === undefined ? 'undefined' : `${found.countryCallingCode} ${found.country ?? '-'} ${found.kind}`;
};

test.each([
  // The everyday ones.
  ['+919999999999', '91 IN mobile'],
  ['+912222222222', '91 IN fixed'],
  ['+971501111111', '971 AE mobile'],
  ['+97142222222', '971 AE fixed'],
  ['+12125550100', '1 US fixed_or_mobile'],
  ['+442079460000', '44 GB fixed'],
  ['+447222222222', '44 GB mobile'],
  // What a call centre does not want to dial by mistake.
  ['+449098790000', '44 GB premium'],
  ['+19002222222', '1 US premium'],
  ['+979111111111', '979 - premium'],
  ['+9118602222222', '91 IN shared_cost'],
  ['+80822222222', '808 - shared_cost'],
  ['+447022222222', '44 GB personal'],
  ['+15002222222', '1 US personal'],
  ['+878101111111111', '878 - personal'],
  ['+870773111111', '870 - satellite'],
  ['+881622222222', '881 - satellite'],
  ['+8821622222222', '882 - satellite'],
  ['+883510000000000', '883 - satellite'],
  ['+61147111111', '61 AU satellite'],
  ['+16002222222', '1 CA satellite'],
  // Others.
  ['+18005550100', '1 US toll_free'],
  ['+80022222222', '800 - toll_free'],
  ['+911800222222', '91 IN toll_free'],
  ['+445622222222', '44 GB voip'],
  ['+971600522222', '971 AE uan'],
  ['+447624222222', '44 IM mobile'],
  ['+447640111111', '44 GB pager'],
])('%s is %s', (e164, expected) => {
  expect(line(e164)).toBe(expected);
});

test.each([
  ['+911402222222', '91 IN uan', 'telemarketing'],
  ['+911600112222', '91 IN uan', 'government, banks'],
  ['+911601112222', '91 IN uan', 'financial entities'],
  ['+911602222222', '91 IN fixed', 'Kharar, whose area code is 160'],
  ['+911412222222', '91 IN fixed', 'Jaipur, whose area code is 141'],
])('India keeps series and area codes apart: %s is %s (%s)', (e164, expected) => {
  expect(line(e164)).toBe(expected);
});

test.each([
  ['+18685550100', '1 TT'],
  ['+18765550100', '1 JM'],
  ['+16135550100', '1 CA'],
  ['+17875550100', '1 PR'],
  ['+77012222222', '7 KZ'],
  ['+79122222222', '7 RU'],
  ['+447911111111', '44 GG'],
  ['+447797777777', '44 JE'],
  ['+390669812345', '39 VA'],
  ['+390622222222', '39 IT'],
  ['+4779222222', '47 SJ'],
  ['+35818222222', '358 AX'],
  ['+262639222222', '262 YT'],
])('countries that share a calling code are told apart: %s is in %s', (e164, expected) => {
  expect(line(e164).split(' ').slice(0, 2).join(' ')).toBe(expected);
});

test.each([
  ['+91999999999', '91 IN unknown', 'a digit too few'],
  ['+9199999999999', '91 IN unknown', 'a digit too many'],
  ['+4490987900001', '44 GB unknown', 'a premium number and a digit'],
  ['+97150111111', '971 AE unknown', 'a digit too few'],
  ['+121255501', '1 US unknown', 'two digits too few, in an area code of the United States'],
  ['+1876555010', '1 JM unknown', 'a digit too few, in an area code of Jamaica'],
  ['+12222222222', '1 - unknown', 'an area code that nobody has'],
  ['+4402079460000', '44 GB unknown', 'a trunk zero after the calling code'],
  ['+5491122222222', '54 AR mobile', 'the 9 that Argentina wants'],
  ['+999222222222', ' - unknown', 'a calling code that nobody has'],
  ['+2102222222', ' - unknown', 'another'],
])('what no plan has is unknown, with its country: %s is %s (%s)', (e164, expected) => {
  expect(line(e164)).toBe(expected);
});

test.each([
  ['+19115550100', '1 - emergency_like', 'dialled nationally it begins with 911'],
  ['+1112222', '1 - emergency_like', 'the digits are 112 and more'],
  ['+91100222222', '91 IN emergency_like', '100 is the police'],
  ['+91108222222', '91 IN emergency_like', '108 is the ambulance'],
  ['+97199922222222', '971 AE emergency_like', '999 is the police, and the plan has no number of that length'],
  ['+449992222222', '44 GB emergency_like', '999'],
  ['+4409992222222', '44 GB emergency_like', '999 behind a trunk zero'],
  ['+61000222222', '61 AU emergency_like', '000'],
  ['+861102222222', '86 CN emergency_like', '110'],
  ['+271017722222', '27 ZA emergency_like', '10177 is the ambulance'],
  ['+91112222222', '91 IN emergency_like', '112, too short for Delhi'],
  // Numbers of the plan are what they are, whatever they begin like.
  ['+911122222222', '91 IN fixed', 'Delhi, though 112… looks like an emergency'],
  ['+431332222222', '43 AT fixed', 'Vienna, though 133 is the police'],
  ['+33112222222', '33 FR fixed', 'Paris'],
])('%s is %s: %s', (e164, expected) => {
  expect(line(e164)).toBe(expected);
});

const HOSTILE: readonly unknown[] = [
  '',
  '+',
  '++',
  '+1',
  '+912222',
  '+91222',
  '+0123456789',
  '+00919999999999',
  '919999999999',
  '00919999999999',
  '09999999999',
  '+9199999999999999',
  `+${'9'.repeat(10_000_000)}`,
  ' +919999999999',
  '+919999999999 ',
  '+919999999999\n',
  '\u0000+919999999999',
  '+91 99999 99999',
  '+91-9999999999',
  '+(91)9999999999',
  '+91.9999999999',
  '+919999999999;ext=1',
  '+919999999999,1',
  '+919999999999#',
  '+919999999999@example.com',
  'tel:+919999999999',
  'sip:+919999999999',
  '+91999999999a',
  '+91999999999\r\nTo: x',
  '+919999999\u0000999',
  '\uff0b919999999999',
  '+\uff19\uff11\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19',
  '+٩١٩٩٩٩٩٩٩٩٩٩',
  '+९१९९९९९९९९९९',
  '+𝟗𝟏𝟗𝟗𝟗𝟗𝟗𝟗𝟗𝟗',
  '\u202a+919999999999',
  '+91999999999\ud800',
  '+1e12345678',
  '+0x91999999',
  '+-91999999999',
  '+1800FLOWERS',
  '+NaN',
  'null',
  '__proto__',
  null,
  undefined,
  919999999999,
  919999999999n,
  true,
  {},
  [],
  ['+919999999999'],
  new String('+919999999999'),
  Symbol('+919999999999'),
  { toString: () => '+919999999999', length: 13, charCodeAt: () => 43 },
];
test.each(HOSTILE.map((value) => [value]))('anything but ASCII E.164 is undefined: case %#', (value) => {
  expect(classifyNumber(value as string)).toBeUndefined();
});

test('an answer comes for E.164 and for nothing else', () => {
  const E164 = /^\+[1-9]\d{6,14}$/;
  const nearly = stringMatching(/^[+0-9]{1,3}[0-9]{0,16}[0-9 +\n]?$/);
  assert(
    property(nearly, (text) => (classifyNumber(text) !== undefined) === (E164.test(text) && !text.endsWith('\n'))),
    { numRuns: 20_000 },
  );
  assert(
    property(
      string({ unit: 'binary' }),
      (text) => (classifyNumber(text) !== undefined) === (E164.test(text) && !text.endsWith('\n')),
    ),
    { numRuns: 5_000 },
  );
});

test('a number that was cut out of a longer text or joined is read like any other', () => {
  const joined = ['+', '91', '9999', '999999'].reduce((text, part) => text + part);
  expect(line(joined)).toBe('91 IN mobile');
  expect(line('xx+919999999999xx'.slice(2, 15))).toBe('91 IN mobile');
});

test('equal answers are one frozen object, so that nobody can change what others see', () => {
  const found = classifyNumber('+919999999999');
  expect(classifyNumber('+918888888888')).toBe(found);
  expect(Object.isFrozen(found)).toBe(true);
  const numbers = stringMatching(/^\+[1-9][0-9]{6,14}$/);
  assert(
    property(numbers, (e164) => Object.isFrozen(classifyNumber(e164)) && classifyNumber(e164) === classifyNumber(e164)),
  );
});

test('every correcting series is in the plan, at its lengths', () => {
  for (const { callingCode, country, nationalPrefix, nationalLengths, kind } of NUMBER_SERIES) {
    for (const length of nationalLengths ?? [8, 9, 12]) {
      const e164 = `+${callingCode}${nationalPrefix.padEnd(length, '2')}`;
      expect([e164, line(e164)]).toEqual([e164, `${callingCode} ${country ?? '-'} ${kind}`]);
    }
  }
});

test('no two series lay claim to one number, and each says where it comes from', () => {
  for (const [at, one] of NUMBER_SERIES.entries()) {
    expect(one.source.length).toBeGreaterThan(20);
    for (const other of NUMBER_SERIES.slice(at + 1)) {
      const [a, b] = [one, other].map(({ callingCode, nationalPrefix }) => `${callingCode}${nationalPrefix}`);
      expect(a?.startsWith(b ?? '') || b?.startsWith(a ?? '')).toBe(false);
    }
  }
});
