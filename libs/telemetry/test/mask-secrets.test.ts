import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { maskSecrets } from '../src/mask-secrets.ts';
import { maskText } from '../src/mask-text.ts';

// Made up: the shape of a JSON Web Token without being one.
const JWT = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJub2JvZHkifQ', 'c2lnbmF0dXJl'].join('.');

test.each([
  ['a token in a URL', `GET /rtc?access_token=${JWT}&x=1`, 'GET /rtc?access_token=[jwt]&x=1'],
  ['a token that is glued to a word', `token_${JWT} and`, 'token_[jwt] and'],
  ['a token in an encoded URL', `?a=b%3D${JWT}`, '?a=b%3D[jwt]'],
  ['a bearer that is encoded', 'Bearer%20abcdefgh', 'Bearer%20[secret]'],
  ['a short bearer in a header', 'Authorization: Bearer abc\nHost: x', 'Authorization: [secret]\nHost: x'],
  ['a header of several parts', 'Cookie: a=bcd; e=fgh\nHost: x', 'Cookie: [secret]\nHost: x'],
  ['another scheme', 'authorization: Digest username="u", response="hidden"', 'authorization: [secret]'],
  ['a password in a URL, with an @', 'postgres://u:hid@den@db/x', 'postgres://u:[secret]@db/x'],
  ['a URL without one', 'https://example.com:443/a@b', 'https://example.com:443/a@b'],
  ['a field of a JSON text', '{"api_secret":"hid, den","a":1}', '{"api_secret":[secret],"a":1}'],
  ['one with quotes in it', '{"apiSecret": "hid\\"den", "a": 1}', '{"apiSecret": [secret], "a": 1}'],
  ['a field of a JSON text in a text', '{"a":"{\\"token\\":\\"hid den\\"}"}', '{"a":"{\\"token\\":[secret]}"}'],
  ["a field in PostgreSQL's words", 'Key (api_key)=(APIhidden) already', 'Key (api_key)=[secret] already'],
  ['what comes in quotes', "password='hid den' host=x", 'password=[secret] host=x'],
  ['what opens a quote', 'password="hidden host=x', 'password="[secret] host=x'],
  ['what looks like a mask', 'password=[hidden] x', 'password=[secret] x'],
  ['a longer name', 'secretKey: hidden, clientSecretValue=hidden2', 'secretKey: [secret], clientSecretValue=[secret]'],
  [
    'a private key',
    'x -----BEGIN RSA PRIVATE KEY-----\nhidden\n-----END RSA PRIVATE KEY----- y',
    'x -----BEGIN RSA PRIVATE KEY-----[secret]-----END RSA PRIVATE KEY----- y',
  ],
])('masks %s', (_, text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
  expect(maskSecrets(masked)).toBe(masked);
});

test.each(['file eyJ.txt and monkeyJungle.ts', 'a token is needed', 'https://example.com/a:b', 'Basic use'])(
  'leaves %j',
  (text) => {
    expect(maskSecrets(text)).toBe(text);
  },
);

/** What a secret may be, for the places where no delimiter ends it. */
const secret = fc.string({
  unit: fc.constantFrom(...'abcxyzABCXYZ0123456789_-~+'.split('')),
  minLength: 12,
  maxLength: 40,
});
const base64Url = fc.string({
  unit: fc.constantFrom(...'abcxyzABCXYZ0123456789_-'.split('')),
  minLength: 12,
  maxLength: 60,
});
/** Of words, punctuation and beginnings of what is looked for. */
const noise = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('token', 'password="', "secret='", 'eyJ', '://', '@', '\\"', 'Bearer ', '=', ': ', '\n', '-----'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const looks: readonly [string, fc.Arbitrary<{ readonly text: string; readonly hidden: string }>][] = [
  [
    'a JSON Web Token',
    fc.tuple(base64Url, base64Url, base64Url).map(([header, payload, signature]) => ({
      text: `eyJ${header}.${payload}.${signature}`,
      hidden: signature,
    })),
  ],
  ['a bearer', secret.map((hidden) => ({ text: `Bearer ${hidden}`, hidden }))],
  ['a password in a URL', secret.map((hidden) => ({ text: `://user:${hidden}@`, hidden }))],
  [
    'a setting',
    fc
      .tuple(
        fc.constantFrom('api_secret', 'accessToken', 'PASSWORD', 'api-key', 'x.client_secret', 'credential_2'),
        fc.constantFrom('=', ': ', '": "', '\\":\\"', "='", ' = '),
        secret,
      )
      .map(([name, sign, hidden]) => ({ text: `${name}${sign}${hidden}`, hidden })),
  ],
  ['a header', secret.map((hidden) => ({ text: `\nCookie: a=1; b=${hidden}`, hidden }))],
];

describe('no planted secret survives, whatever stands around it', () => {
  test.each(looks)('%s', (_, look) => {
    fc.assert(
      fc.property(noise, look, noise, (before, { text, hidden }, after) => {
        // A space or a line's end separates it from what is around, as it does in a log.
        expect(maskSecrets(`${before} ${text}\n${after}`)).not.toContain(hidden);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(looks)('%s deep in a long text, or where the log cuts it', (_, look) => {
    fc.assert(
      fc.property(look, fc.integer({ min: 8_130, max: 8_200 }), ({ text, hidden }, at) => {
        const long = `${'ab '.repeat(at).slice(0, at - 1)} ${text}\n${'cd '.repeat(9_000)}`;
        expect(maskSecrets(long)).not.toContain(hidden);
        const logged = maskText(long);
        expect(logged.length).toBeLessThan(8_300);
        for (let part = 6; part <= hidden.length; part++) expect(logged).not.toContain(hidden.slice(0, part));
      }),
      { numRuns: 100 },
    );
  });
});

test('twin: looked for one after the other, or behind the cut, a secret survives', () => {
  const oneByOne = (text: string) =>
    text.replace(/(secret=)'[^']*'/g, '$1[secret]').replace(/(api_key=')[^\s']+/g, '$1[secret]');
  const nested = "secret=' api_key='hidden";
  expect(oneByOne(nested)).toContain('hidden');
  expect(maskSecrets(nested)).not.toContain('hidden');
  const long = `${'ab '.repeat(2_726)}://u:hidden@db`;
  expect(maskSecrets(long.slice(0, 8_188))).toContain('hid');
  expect(maskText(long)).not.toContain('hid');
});

test.each([
  'eyJaaaaaaaa-',
  'eyJaaaaaaaa.',
  'a-',
  'a://b:',
  '://a:b',
  'Bearer  ',
  'Bearer%20',
  'token',
  'token ',
  'token=',
  'token="',
  "token='",
  'token=\\"',
  'token="\\',
  'token\\',
  'password = ',
  'authorization: ',
  'cookie=\n',
  'api_key.',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----END ',
  '"',
  '\\',
  ' ',
  '1',
  '+1',
  '1.',
  '0a',
])('a long text of %j takes time in proportion to its length', (part) => {
  const timeOf = (length: number): number => {
    const text = part.repeat(length / part.length);
    const begun = performance.now();
    maskText(text);
    return performance.now() - begun;
  };
  timeOf(100_000);
  // The square of it would take minutes.
  expect(timeOf(4_000_000)).toBeLessThan(4_000);
});
