import { expect, test } from '@jest/globals';
import { canMean, toE164 } from '@dialplane/tenancy';
import type { NumberRepository, TenantRepository, VoiceAgentNumber } from '@dialplane/tenancy';

import { ownersOf } from '../src/route/owners-of.ts';
import type { Proposal } from '../src/route/read-proposals.ts';

const parts = (index: number) => ({ countryCode: '1', baseNumber: `21255501${String(index).padStart(2, '0')}` });
const proposals = (count: number): Proposal[] =>
  Array.from({ length: count }, (_, index) => ({
    ...parts(index),
    e164: toE164(parts(index)) ?? '',
    tenantId: undefined,
    rules: '{}',
  }));
/** Tenant a has the even numbers, b has all, and c none of them. */
const owned = (tenantId: string) =>
  Array.from({ length: 100 }, (_, index) => index)
    .filter((index) => tenantId === 'b' || (tenantId === 'a' && index % 2 === 0))
    .map((index) => parts(index) as VoiceAgentNumber);
const store = {
  tenants: { list: async () => ['c', 'b', 'a'].map((id) => ({ id, name: id, isActive: true })) } as TenantRepository,
  numbers: {
    find: async (tenantId, written) => owned(tenantId).filter((row) => canMean(written, row)),
    list: async (tenantId) => owned(tenantId),
  } as NumberRepository,
};
const ignore = () => {};

test.each([1, 20, 21, 60])('of %d numbers', async (count) => {
  expect(await ownersOf(store, proposals(count), ignore)).toEqual(['a', 'b']);
  const [last] = proposals(count).slice(-1);
  const ofA = [...proposals(count), { ...(last as Proposal), tenantId: 'c' }];
  await expect(ownersOf(store, ofA, ignore)).rejects.toThrow(`Tenant c has no number ${last?.e164}`);
});
