import { describe, expect, test } from '@jest/globals';

import { emptySnapshot } from '../../src/index.ts';
import type { Snapshot } from '../../src/index.ts';
import { storedIn } from './stored-in.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const uuid = (first: string, n: number) => `${first}${String(n).padStart(7, '0')}-1111-4111-8111-111111111111`;
const number = (n: number, baseNumber: string, tenantId = TENANT, rules: string | null = null) => ({
  id: uuid('a', n),
  tenantId,
  baseNumber,
  countryCode: '1',
  rules,
  isActive: true,
});

describe('a snapshot of many rows', () => {
  test('finds each of 50,000 numbers in a row of one tenant, and still when half of them are gone', () => {
    const base = (n: number) => String(2_125_500_000 + n);
    const staging = emptySnapshot().stage();
    for (let n = 0; n < 50_000; n++) staging.put('voice_agent_numbers', number(n, base(n)));
    const full = staging.commit('test.1');
    const removing = full.stage();
    for (let n = 0; n < 50_000; n += 2) removing.remove('voice_agent_numbers', uuid('a', n));
    const half = removing.commit('test.2');
    const ids = (snapshot: Snapshot, written: string) => snapshot.numbersMeant(TENANT, written).map(({ id }) => id);
    for (let n = 0; n < 50_000; n++) {
      if (ids(full, `+1${base(n)}`)[0] !== uuid('a', n)) throw new Error(`number ${n} is lost`);
      if (ids(half, `0${base(n)}`).length !== n % 2) throw new Error(`number ${n} is wrong`);
    }
    expect(full.counts.voice_agent_numbers).toBe(50_000);
    expect(half.counts.voice_agent_numbers).toBe(25_000);
  });

  test.each([1_000, 30_000, 500_000])('finds each of 30,000 numbers where %d were expected', (expected) => {
    const staging = emptySnapshot().stage();
    staging.expectNumbers(expected);
    const base = (n: number) => String(2_125_500_000 + n);
    for (let n = 0; n < 30_000; n++) staging.put('voice_agent_numbers', number(n, base(n)));
    staging.expectNumbers(7);
    const snapshot = staging.commit('test.1');
    for (let n = 0; n < 30_000; n++)
      if (snapshot.numbersMeant(TENANT, `+1${base(n)}`)[0]?.id !== uuid('a', n)) throw new Error(`number ${n} is lost`);
    expect(snapshot.counts.voice_agent_numbers).toBe(30_000);
  });

  test('keeps tenants apart that all have the same number', () => {
    const staging = emptySnapshot().stage();
    for (let n = 0; n < 5_000; n++) staging.put('voice_agent_numbers', number(n, '2125550100', uuid('1', n)));
    const snapshot = staging.commit('test.1');
    for (let n = 0; n < 5_000; n++) {
      const found = snapshot.numbersMeant(uuid('1', n), '+12125550100');
      if (found.length !== 1 || found[0]!.id !== uuid('a', n)) throw new Error(`tenant ${n} has another's number`);
    }
    expect(snapshot.numbersMeant(TENANT, '+12125550100')).toEqual([]);
  });

  test('finds all of many equal numbers of one tenant, in the order of their ids', () => {
    const staging = emptySnapshot().stage();
    for (let n = 4_999; n >= 0; n--) staging.put('voice_agent_numbers', number(n, '2125550100'));
    for (let n = 0; n < 5_000; n += 2) staging.remove('voice_agent_numbers', uuid('a', n));
    const ids = staging
      .commit('test.1')
      .numbersMeant(TENANT, '2125550100')
      .map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 2_500 }, (_, n) => uuid('a', n * 2 + 1)));
  });

  test('keeps each text of rules once, and only those that some number has', () => {
    let snapshot = emptySnapshot();
    for (let round = 0; round < 100; round++) {
      const staging = snapshot.stage();
      for (let n = 0; n < 100; n++)
        staging.put('voice_agent_numbers', number(n, '2125550100', TENANT, `{"name": "${round}, ${n % 10}"}`));
      snapshot = staging.commit(`test.${round}`);
      expect(snapshot.distinctRules).toBe(10);
    }
  });

  test('uses the room of rows that are gone', () => {
    let snapshot = emptySnapshot();
    const memory = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const staging = snapshot.stage();
      for (let n = 0; n < 3_000; n++) staging.put('voice_agent_numbers', number(round * 3_000 + n, String(n)));
      snapshot = staging.commit('test.1');
      const removing = snapshot.stage();
      for (let n = 0; n < 3_000; n++) removing.remove('voice_agent_numbers', uuid('a', round * 3_000 + n));
      snapshot = removing.commit('test.2');
      memory.add(storedIn(snapshot).packedBytes);
    }
    expect(Math.max(...memory)).toBeLessThan(1.5 * Math.min(...memory));
  });
});
