import { expect, test } from '@jest/globals';

import { PERSONAL_FIELDS } from '../src/gen/personal-fields.ts';
import { redact } from '../src/redact.ts';

// Made up: the shape of a JSON Web Token without being one.
const JWT = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJub2JvZHkifQ', 'c2lnbmF0dXJl'].join('.');

test.each([
  ['a personal phone number, as the protos spell it', { from_number: '+12125550100' }, { from_number: '…00' }],
  ['a personal phone number, as TypeScript spells it', { fromNumber: '+12125550100' }, { fromNumber: '…00' }],
  ['a base number', { baseNumber: '2125550123' }, { baseNumber: '…23' }],
  [
    'personal data that is no number',
    { initiatedBy: '11111111-1111-4111-8111-111111111111' },
    { initiatedBy: '[personal]' },
  ],
  ['a personal object', { metadata: { name: 'Ada' } }, { metadata: '[personal]' }],
  [
    'a field deep inside',
    { route: { targets: [{ callerId: '+12125550101' }] } },
    { route: { targets: [{ callerId: '…01' }] } },
  ],
  ['an empty personal field', { toNumber: '' }, { toNumber: '' }],
  ['a secret', { apiSecret: 'hunter2hunter2' }, { apiSecret: '[secret]' }],
  ['a secret object', { api_secret_sealed: { jwe: 'x' } }, { api_secret_sealed: '[secret]' }],
  ['a header', { headers: { Authorization: `Bearer ${JWT}` } }, { headers: { Authorization: '[secret]' } }],
  ['a password', { DB_PASSWORD: 'hunter2' }, { DB_PASSWORD: '[secret]' }],
  ['a token', { accessToken: 'abc' }, { accessToken: '[secret]' }],
  ['a token in a text', { body: `invalid token: ${JWT}, error` }, { body: 'invalid token: [jwt], error' }],
  ['a bearer in a text', 'sent Authorization: Bearer abcdefgh to it', 'sent Authorization: Bearer [secret] to it'],
  [
    'a database URL',
    'cannot reach postgres://router:hunter2@127.0.0.1:5432/x',
    'cannot reach postgres://router:[secret]@127.0.0.1:5432/x',
  ],
  ['a setting in a text', 'password=hunter2 host=x', 'password=[secret] host=x'],
  ['a phone number in a text', 'from_number +12125550100 is unknown', 'from_number …00 is unknown'],
  ["a number in PostgreSQL's words", 'value "12125550123" is out of range', 'value "…23" is out of range'],
  [
    "a key in PostgreSQL's words",
    'Key (base_number)=(2125550123) already exists.',
    'Key (base_number)=(…23) already exists.',
  ],
  ['a number at the end of a sentence', 'cannot call 2125550123.', 'cannot call …23.'],
  ['a SIP address', 'INVITE sip:12125550123@example.com:5060', 'INVITE sip:…23@example.com:5060'],
  ['numbers on both sides of a dash', '2125550123-2125550124', '…23-…24'],
  ['seven digits', 'from 5550123 on', 'from …23 on'],
  ['bytes', { body: new Uint8Array(3) }, { body: '[3 bytes]' }],
  [
    'what is neither',
    { room: 'call-00ff', port: 7880, ok: true, none: null },
    { room: 'call-00ff', port: 7880, ok: true, none: null },
  ],
  ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
])('redacts %s', (_name, value, expected) => {
  expect(redact(value)).toEqual(expected);
});

test.each([
  ['six digits', 'row 123456'],
  ['a UUID of digits', 'row 12345678-1234-4123-8123-123456789012'],
  ['a room of digits', `room call-${'1'.repeat(32)}-12345678 is gone`],
  ['a trunk', 'ST_123456789 and AD_123456789'],
  ['a time', 'at 2026-11-23T07:17:35.409Z, 2026-11-23 07:17:35.409123+00 and 20261123T071735Z'],
  ['addresses', 'http://127.0.0.1:50061, db.example.com:5432 and [::1]:65535'],
  ['a snapshot version', 'not 290123096124.12345678 yet'],
  ['decimals', 'after 12.345678901 ms'],
  ['a trace id', `${'12ab'.repeat(8)}`],
])('leaves %s in a text', (_name, text) => {
  expect(redact(text)).toBe(text);
});

test.each(PERSONAL_FIELDS)('redacts %s, which the protos mark as personal, in both spellings', (field) => {
  const camelCase = field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  expect(JSON.stringify(redact({ [field]: 'Ada Lovelace', inside: { [camelCase]: 'Ada Lovelace' } }))).not.toContain(
    'Ada',
  );
});

test('redacts what an error says, in its stack, fields and causes', () => {
  const cause = Object.assign(new Error(`401: ${JWT}`), { headers: { authorization: 'x' } });
  const error = Object.assign(new AggregateError([new Error('+12125550100')], `it said ${JWT}`, { cause }), {
    toNumber: '+12125550102',
  });
  const logged = JSON.stringify(redact(error));
  expect(logged).not.toContain(JWT);
  expect(logged).not.toContain('+1212');
  expect(redact(error)).toMatchObject({
    type: 'AggregateError',
    message: 'it said [jwt]',
    toNumber: '…02',
    cause: { message: '401: [jwt]', headers: { authorization: '[secret]' } },
    errors: [{ message: '…00' }],
  });
});

test('ends on an object that contains itself', () => {
  const loop: Record<string, unknown> = {};
  loop['loop'] = loop;
  expect(JSON.stringify(redact(loop))).toContain('[deeper]');
});

test('leaves the object that is logged as it was', () => {
  const request = { fromNumber: '+12125550100', nested: { token: 'x' } };
  redact(request);
  expect(request).toEqual({ fromNumber: '+12125550100', nested: { token: 'x' } });
});
