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
  ringingTimeout: '30.0',
  maxDuration: '3600.0',
};

test('a request has the hash that rows of earlier releases hold', () => {
  expect(requestHash(REQUEST)).toBe('1:ba63406ef9295f631e6030d7706381c0bc897d13833fa42a8bbb68eac4401e30');
});

test('a field that a later contract adds leaves the hash of requests without it as it is', () => {
  expect(requestHash({ purpose: '', ...REQUEST, added: undefined })).toBe(requestHash(REQUEST));
  expect(requestHash({ ...REQUEST, purpose: 'service' })).not.toBe(requestHash(REQUEST));
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
  ['another ringing timeout', { ringingTimeout: '31.0' }],
  ['another length', { maxDuration: '3601.0' }],
  ['the two lengths swapped', { ringingTimeout: '3600.0', maxDuration: '30.0' }],
])('%s makes another request', (_, change) => {
  expect(requestHash({ ...REQUEST, ...change })).not.toBe(requestHash(REQUEST));
});

test('text cannot be moved from one field to the next without another hash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(40), (agentId, metadata, at) => {
      const text = agentId + metadata;
      const moved = { agentId: text.slice(0, at), metadata: text.slice(at) };
      if (moved.agentId === agentId) return;
      expect(requestHash({ ...REQUEST, ...moved })).not.toBe(requestHash({ ...REQUEST, agentId, metadata }));
    }),
  );
});
