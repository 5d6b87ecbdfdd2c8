import { describe, expect, test } from '@jest/globals';
import { classifyNumber, decideRoute, readRouteRequest } from '@dialplane/routing';

import { buildSnapshot } from '../src/fleet/build-snapshot.ts';
import { FLEET_ROWS, hasCarriers } from '../src/fleet/fleet-rows.ts';
import { callee, listedNumber, ownNumber } from '../src/fleet/phone-numbers.ts';
import { uuidOf } from '../src/fleet/uuid-of.ts';
import { requestOf } from '../src/fleet/write-requests.ts';

const SOME = 20_000;
const numbersTo = (length: number, make: (n: number) => string): Set<string> =>
  new Set(Array.from({ length }, (_, n) => make(n)));

describe('made-up numbers', () => {
  test('callees do not repeat, are ordinary numbers of the United States, and are on no list', () => {
    const callees = numbersTo(SOME, callee);
    expect(callees.size).toBe(SOME);
    const kinds = new Set([...callees].map((number) => classifyNumber(number)));
    expect([...kinds]).toEqual([{ countryCallingCode: '1', country: 'US', kind: 'fixed_or_mobile' }]);
    const listed = numbersTo(SOME, listedNumber);
    expect(listed.size).toBe(SOME);
    expect([...callees].filter((number) => listed.has(number))).toEqual([]);
  });

  test('no number is owned twice', () => {
    expect(numbersTo(SOME, (n) => ownNumber(n).baseNumber).size).toBe(SOME);
    expect(() => ownNumber(1e9)).toThrow('made-up numbers');
  });

  test('ids are UUIDs, of one kind all different and of two kinds as well', () => {
    const ids = new Set([...numbersTo(SOME, (n) => uuidOf('number', n)), ...numbersTo(SOME, (n) => uuidOf('user', n))]);
    expect(ids.size).toBe(2 * SOME);
    expect([...ids].every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
  });
});

describe('the fleet', () => {
  test('is as the issue has it', () => {
    const count = (rows: Iterable<unknown>): number => [...rows].length;
    expect(count(FLEET_ROWS.tenants(1))).toBe(1_000);
    expect(count(FLEET_ROWS.users(1))).toBe(10_000);
    expect(count(FLEET_ROWS.do_not_call(1))).toBe(100_000);
    const numbers = [...FLEET_ROWS.voice_agent_numbers(SOME)];
    const withCarriers = numbers.filter((_, n) => hasCarriers(n));
    expect(withCarriers.length).toBe(SOME / 5);
    expect(new Set(withCarriers.map(({ rules }) => rules)).size).toBe(2_000);
    expect(withCarriers.every(({ rules }) => rules?.includes('"carriers"'))).toBe(true);
  });

  test('has no problem, and every request to it is routed, at any hour', () => {
    const numbers = 5_000;
    const view = buildSnapshot(numbers);
    expect([...view.findProblems()].filter((row) => row !== undefined)).toEqual([]);
    const start = Date.UTC(2026, 0, 1);
    const refused = Array.from({ length: 2 * numbers }, (_, n) => {
      const reading = readRouteRequest(requestOf(n, numbers));
      if (reading.kind === 'malformed') return reading;
      const now = start + n * 31 * 60_000;
      return decideRoute(view, reading.request, { now, environmentFallback: undefined });
    }).filter(({ kind }) => kind !== 'routed');
    expect(refused.slice(0, 3)).toEqual([]);
  });
});
