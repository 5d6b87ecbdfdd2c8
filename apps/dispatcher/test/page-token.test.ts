import type { CallFilter } from '@dialplane/calls';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readPageToken, writePageToken } from '../src/requests/page-token.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CALL = '0f8fad5b-d9cb-469f-a165-70867728950e';
const POSITION = { createdAt: new Date('2026-01-02T03:04:05.678Z'), callId: CALL };
const FILTER: CallFilter = {
  states: ['failed', 'ended'],
  toNumber: '+12125550199',
  fromNumber: undefined,
  createdFrom: new Date('2026-01-01'),
  createdBefore: undefined,
};

test('a token is read back with the same filters, in whichever order the states are named', () => {
  const token = writePageToken(TENANT, FILTER, POSITION);
  expect(token).toMatch(/^[\w-]+$/);
  expect(readPageToken(TENANT, FILTER, token)).toEqual(POSITION);
  expect(readPageToken(TENANT, { ...FILTER, states: ['ended', 'failed'] }, token)).toEqual(POSITION);
});

describe('a token is refused', () => {
  const token = writePageToken(TENANT, FILTER, POSITION);
  const write = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
  const withPart = (at: number, part: unknown): string => write(parts.with(at, part));

  test.each<[what: string, tenantId: string, filter: CallFilter, token: string]>([
    ['of another tenant', '22222222-2222-4222-8222-222222222222', FILTER, token],
    ['of other states', TENANT, { ...FILTER, states: ['failed'] }, token],
    ['of another number', TENANT, { ...FILTER, toNumber: undefined, fromNumber: FILTER.toNumber }, token],
    ['of another time', TENANT, { ...FILTER, createdFrom: undefined, createdBefore: FILTER.createdFrom }, token],
    ['of another version', TENANT, FILTER, withPart(0, 2)],
    ['with a moment that is none', TENANT, FILTER, withPart(1, 9e15)],
    ['with the last moment that there is', TENANT, FILTER, withPart(1, 8.64e15)],
    ['with a moment that is text', TENANT, FILTER, withPart(1, '2026-01-01')],
    ['with an id that is none', TENANT, FILTER, withPart(2, "' OR true")],
    ['that is an object', TENANT, FILTER, write({})],
    ['that is null', TENANT, FILTER, write(null)],
    ['that was changed', TENANT, FILTER, `${token}=`],
    ['that is long', TENANT, FILTER, 'A'.repeat(100_000)],
  ])('%s', (_what, tenantId, filter, bad) => {
    expect(readPageToken(tenantId, filter, bad)).toBeUndefined();
  });

  test('whatever else it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        expect(readPageToken(TENANT, FILTER, text)).toBeUndefined();
        expect(readPageToken(TENANT, FILTER, Buffer.from(text).toString('base64url'))).toBeUndefined();
      }),
    );
  });
});
