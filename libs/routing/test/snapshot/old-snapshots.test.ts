import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { emptySnapshot } from '../../src/index.ts';
import type { Snapshot } from '../../src/index.ts';
import { SharedChunks } from '../../src/snapshot/shared-chunks.ts';
import { SharedItems } from '../../src/snapshot/shared-items.ts';
import { storedIn } from './stored-in.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const USER = 'a1111111-1111-4111-8111-111111111111';
const NUMBER = 'b1111111-1111-4111-8111-111111111111';
const number = {
  id: NUMBER,
  tenantId: TENANT,
  baseNumber: '2125550100',
  countryCode: '1',
  rules: null,
  isActive: true,
};

function exampleSnapshot(): Snapshot {
  const staging = emptySnapshot().stage();
  staging.put('users', { id: USER, tenantId: TENANT });
  staging.put('voice_agent_numbers', number);
  staging.put('tenants', { id: TENANT, isActive: true, defaults: null });
  return staging.commit('test.1');
}

/** Whether a snapshot shows what is staged beside it: whether it is not what a snapshot should be. */
function showsWhatIsStaged(): boolean {
  const snapshot = exampleSnapshot();
  const answers = () =>
    JSON.stringify([
      snapshot.tenantIdOfUser(USER),
      snapshot.tenant(TENANT),
      snapshot.numbersMeant(TENANT, '+12125550100'),
      snapshot.counts,
      storedIn(snapshot),
    ]);
  const before = answers();
  const staging = snapshot.stage();
  staging.put('users', { id: USER, tenantId: OTHER });
  staging.put('voice_agent_numbers', { ...number, isActive: false });
  staging.put('tenants', { id: TENANT, isActive: false, defaults: null });
  try {
    return answers() !== before;
  } catch {
    return true;
  }
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a snapshot stays as it was', () => {
  test('while changes are staged beside it, and after they are thrown away', () => {
    expect(showsWhatIsStaged()).toBe(false);
  });

  test('which the test would not say of packed rows that are written through', () => {
    jest.spyOn(SharedChunks.prototype, 'write').mockImplementation(function (this: SharedChunks, chunk) {
      const { chunks, chunkWords } = this as unknown as { chunks: Int32Array[]; chunkWords: number };
      return (chunks[chunk] ??= new Int32Array(chunkWords));
    });
    expect(showsWhatIsStaged()).toBe(true);
  });

  test('nor of objects that are written through', () => {
    jest.spyOn(SharedItems.prototype, 'set').mockImplementation(function (this: SharedItems<unknown>, index, item) {
      const { chunks } = this as unknown as { chunks: unknown[][] };
      (chunks[index >>> 8] ??= [])[index & 255] = item;
    });
    expect(showsWhatIsStaged()).toBe(true);
  });

  test('once it is made: its staging takes no more changes', () => {
    const staging = exampleSnapshot().stage();
    staging.commit('test.2');
    expect(() => staging.put('users', { id: USER, tenantId: OTHER })).toThrow('This staging is committed');
    expect(() => staging.remove('users', USER)).toThrow('This staging is committed');
    expect(() => staging.commit('test.3')).toThrow('This staging is committed');
  });
});

test('trunks and configs that were looked for in vain are found once they are there', () => {
  const trunk = {
    deploymentOrigin: 'https://a.example.com',
    sipTrunkId: 'ST_a',
    tenantId: null,
    carrier: null,
    isActive: true,
    cliCountries: null,
    limits: null,
    headerProfiles: null,
  };
  const before = emptySnapshot();
  expect(before.trunk('https://a.example.com', 'ST_a')).toBeUndefined();
  expect(before.tenant(TENANT)).toBeUndefined();
  const staging = before.stage();
  staging.put('trunks', trunk);
  staging.put('users', { id: USER, tenantId: TENANT });
  const after = staging.commit('test.1');
  expect(after.trunk('https://a.example.com', 'ST_a')?.sipTrunkId).toBe('ST_a');
  expect(after.trunk('https://a.example.com', 'ST_a')?.sipTrunkId).toBe('ST_a');
  expect(after.tenant(TENANT)?.id).toBe(TENANT);
  expect(before.trunk('https://a.example.com', 'ST_a')).toBeUndefined();
  expect(before.tenant(TENANT)).toBeUndefined();
});
