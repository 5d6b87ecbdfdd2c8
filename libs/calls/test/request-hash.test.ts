import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { requestHash } from '../src/index.ts';
import type { HashedRequest } from '../src/index.ts';

const REQUEST: HashedRequest = {
  initiatedBy: 'abababab-2222-4222-8222-222222222222',
  tenantId: undefined,
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: 'agent-7',
  metadata: '{"lead":"12"}',
  ringingTimeoutSeconds: 30,
  maxDurationSeconds: 3600,
};

test('a request has the hash that rows of earlier releases hold', () => {
  expect(requestHash(REQUEST)).toBe('b2809d26d117456a4d2042c326321ba1ab3e1c439120696ac59520a61cf4c529');
});

test('the same request has the same hash, however its UUIDs are written', () => {
  expect(requestHash({ ...REQUEST, initiatedBy: REQUEST.initiatedBy?.toUpperCase() })).toBe(requestHash(REQUEST));
});

test.each<[string, Partial<HashedRequest>]>([
  ['another user', { initiatedBy: '22222222-2222-4222-8222-222222222223' }],
  ['a tenant besides', { tenantId: '11111111-1111-4111-8111-111111111111' }],
  ['the user in the place of the tenant', { initiatedBy: undefined, tenantId: REQUEST.initiatedBy }],
  ['another caller id', { fromNumber: '+12125550101' }],
  ['the same caller id written otherwise', { fromNumber: '12125550100' }],
  ['another callee', { toNumber: '+12125550198' }],
  ['caller id and callee swapped', { fromNumber: REQUEST.toNumber, toNumber: REQUEST.fromNumber }],
  ['another agent', { agentId: 'agent-8' }],
  ['other metadata', { metadata: '{"lead":"13"}' }],
  ['the same metadata spaced otherwise', { metadata: '{ "lead":"12"}' }],
  ['another ringing timeout', { ringingTimeoutSeconds: 31 }],
  ['another length', { maxDurationSeconds: 3601 }],
  ['the two lengths swapped', { ringingTimeoutSeconds: 3600, maxDurationSeconds: 30 }],
])('%s makes another request', (_, change) => {
  expect(requestHash({ ...REQUEST, ...change })).not.toBe(requestHash(REQUEST));
});

test('text cannot be moved from one field to the next without another hash', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(40), (agentId, metadata, at) => {
    const text = agentId + metadata;
    const moved = { agentId: text.slice(0, at), metadata: text.slice(at) };
    if (moved.agentId === agentId) return;
    expect(requestHash({ ...REQUEST, ...moved })).not.toBe(requestHash({ ...REQUEST, agentId, metadata }));
  }));
});
