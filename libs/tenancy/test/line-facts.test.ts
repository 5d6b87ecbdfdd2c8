import { describe, expect, test } from '@jest/globals';

import { readLineFacts, readLineFactsText } from '../src/index.ts';

const NO_LIMITS = {
  maxConcurrentCalls: undefined,
  callsPerSecond: undefined,
  callsPerDay: undefined,
  perCalleePerDay: undefined,
};
const problemOf = (headerProfiles: unknown) => {
  const reading = readLineFacts(null, headerProfiles);
  return reading.kind === 'problem' ? reading.problem : undefined;
};

test.each([
  [null, null],
  ['null', 'null'],
  ['{}', '{}'],
])('limits %s and header profiles %s are none', (limits, headerProfiles) => {
  const value = { limits: NO_LIMITS, headerProfiles: {} };
  expect(readLineFactsText(limits, headerProfiles)).toEqual({ kind: 'ok', value });
});

test('limits and profiles are read', () => {
  const limits = { max_concurrent_calls: 10, calls_per_second: 1.5 };
  const headerProfiles = {
    'carrier-one': { 'X-Account': 'example 7', Privacy: 'none' },
    constructor: { Subject: 'x' },
  };
  const value = { limits: { ...NO_LIMITS, maxConcurrentCalls: 10, callsPerSecond: 1.5 }, headerProfiles };
  expect(readLineFacts(limits, headerProfiles)).toEqual({ kind: 'ok', value });
  expect(readLineFactsText(JSON.stringify(limits), JSON.stringify(headerProfiles))).toEqual({ kind: 'ok', value });
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is a profile of nobody', (name) => {
  const reading = readLineFacts(null, { 'carrier-one': { 'X-Account': '7' } });
  expect(reading.kind === 'ok' && reading.value.headerProfiles[name]).toBeUndefined();
  expect(reading.kind === 'ok' && reading.value.headerProfiles['carrier-one']?.[name]).toBeUndefined();
});

test('the problem of limits comes first, and names its place', () => {
  const problem = 'limits.calls_per_day: is less than 1';
  expect(readLineFacts({ calls_per_day: 0 }, [])).toEqual({ kind: 'problem', problem });
});

describe('a profile is refused', () => {
  test.each([
    ['profiles in a list', [], 'header_profiles: is not an object'],
    ['a profile that is text', { a: 'x' }, 'header_profiles.a: is not an object'],
    ['a profile of null', { a: null }, 'header_profiles.a: is not an object'],
    ['a profile without headers', { a: {} }, 'header_profiles.a: has no headers'],
    [
      'a name with a blank',
      { 'a b': { 'X-A': '1' } },
      'header_profiles["a b"]: is not a name of up to 32 letters, digits, hyphens and underscores',
    ],
    [
      'a name that is a prototype',
      JSON.parse('{"__proto__": {"X-A": "1"}}'),
      'header_profiles.__proto__: is not a name',
    ],
    [
      'a header that is a prototype',
      { a: JSON.parse('{"__proto__": "1"}') as unknown },
      'header_profiles.a.__proto__: is not a name',
    ],
    ['a header twice', { a: { 'X-A': '1', 'x-a': '2' } }, 'header_profiles.a: has a header twice, in other letters'],
    [
      'too many headers',
      { a: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, '1'])) },
      'header_profiles.a: has more than 20 headers',
    ],
    [
      'too many profiles',
      Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, { 'X-A': '1' }])),
      'header_profiles: has more than 20 profiles',
    ],
  ])('for %s', (_, headerProfiles, problem) => {
    expect(problemOf(headerProfiles)).toBe(problem);
  });

  test.each(
    'Via From To Contact Call-ID CSeq Route Record-Route Max-Forwards Content-Length Content-Type Authorization '
      .concat('Proxy-Authorization via FROM t Reply-To Supported')
      .split(' '),
  )('for the header %s, which LiveKit writes itself', (name) => {
    expect(problemOf({ a: { [name]: 'x' } })).toMatch(/^header_profiles\.a.*: is a header that LiveKit writes itself$/);
  });

  test.each(['P-Asserted-Identity', 'p-preferred-identity', 'Remote-Party-ID', 'Diversion', 'Identity'])(
    'for the header %s, which tells another caller',
    (name) => {
      expect(problemOf({ a: { [name]: '<sip:+12125550100@example.com>' } })).toMatch(/: tells another caller than the/);
    },
  );

  test.each(['user=phone', 'user'])('for %s, which is no header', (name) => {
    expect(problemOf({ a: { [name]: 'phone' } })).toMatch(/: is a parameter of SIP addresses and no header, so that/);
  });

  test.each(['', 'X A', 'X-A:', 'X-A\r\nVia', 'X-Ä', 'X'.repeat(65), '@'])('for a name like %j', (name) => {
    expect(problemOf({ a: { [name]: '1' } })).toMatch(/: is not the name of a SIP header$/);
  });

  test.each(['', ' ', ' a', 'a ', 'a\r\nVia: x', 'a\tb', 'ä', '\u0000', 'x'.repeat(257)])(
    'for a value like %j',
    (value) => {
      expect(problemOf({ a: { 'X-A': value } })).toMatch(
        /^header_profiles\.a\["X-A"\]: is not 1 to 256 printable ASCII/,
      );
    },
  );

  test.each([7, null, true, ['x'], {}])('for a value that is no text: %j', (value) => {
    expect(problemOf({ a: { 'X-A': value } })).toMatch(/^header_profiles\.a\["X-A"\]: is /);
  });
});

test('values up to 256 printable characters are taken', () => {
  expect(problemOf({ a: { 'X-A': 'x'.repeat(256), 'X-B': '~', "!%*_+`'~.-": 'a; b="c", d' } })).toBeUndefined();
});
