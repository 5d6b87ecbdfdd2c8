import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { COUNTRY_PACKS } from '../../src/countries/country-packs.ts';
import { timeZoneOf } from '../../src/countries/time-zone-of.ts';
import { COUNTRY_TIME_ZONES } from '../../src/gen/country-time-zones.ts';
import { zoneOffset } from '../../src/local-time/zone-offset.ts';
import { classifyNumber } from '../../src/numbers/classify-number.ts';
import { purposeProblem } from '../../src/policies/purpose-problem.ts';
import type { Purpose } from '../../src/routing-view.ts';
import { routingCall } from '../policies/routing-call.ts';

const packs = [...COUNTRY_PACKS.values()];
const ISO_DATE = /^\d{4}-\d\d-\d\d$/;

test.each(packs)('$name: hours, caller ids and sources are well formed', (pack) => {
  expect(COUNTRY_PACKS.get(pack.country)).toBe(pack);
  expect(pack.asOf).toMatch(ISO_DATE);
  expect(zoneOffset(pack.timezone, 0)).toBeDefined();
  for (const { timezone, windows } of Object.values(pack.callingHours)) {
    expect(timezone).toBe(pack.timezone);
    expect(windows.length).toBeGreaterThan(0);
    for (const { days, from, to } of windows) {
      expect(days.every((day) => [0, 1, 2, 3, 4, 5, 6].includes(day))).toBe(true);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeGreaterThan(from);
      expect(to).toBeLessThanOrEqual(1440);
    }
  }
  expect(pack.sources.length).toBeGreaterThan(0);
  for (const { rule, since, source, evidence } of pack.sources) {
    expect(rule).not.toBe('');
    expect(source).not.toBe('');
    expect(['text', 'reported', 'unverified']).toContain(evidence);
    if (since !== undefined) expect(since).toMatch(ISO_DATE);
  }
});

test('docs/compliance.md tells every rule of the packs, whether it is enforced, and how well it is known', () => {
  const page = readFileSync(new URL('../../../../docs/compliance.md', import.meta.url), 'utf8');
  for (const { sources, asOf } of packs) {
    expect(page).toContain(asOf);
    for (const { rule, enforced, since, evidence } of sources)
      expect(page).toContain(`| ${rule} | ${enforced ? 'yes' : 'no'} | ${since ?? 'not known'} | ${evidence} |`);
  }
});

const asked = packs.flatMap(({ country, callerIds }) =>
  Object.entries(callerIds).map(([purpose, { prefixes }]) => ({ country, purpose: purpose as Purpose, prefixes })),
);
test.each(asked)('what $country asks of $purpose calls can be had', ({ country, purpose, prefixes }) => {
  const callee = { country, countryCallingCode: '', kind: 'mobile' } as const;
  for (const prefix of prefixes) {
    const callerId = prefix.padEnd(13, '5');
    expect(classifyNumber(callerId)?.country).toBe(country);
    expect(purposeProblem({ ...routingCall({ purpose }), callee }, callerId)).toBeUndefined();
  }
});

test.each([
  ['IN', 'Asia/Kolkata'],
  ['AE', 'Asia/Dubai'],
  ['GB', 'Europe/London'],
  ['DE', 'Europe/Berlin'],
  ['US', undefined],
  ['RU', undefined],
  ['AU', undefined],
  ['ES', undefined],
  ['CN', undefined],
  ['ZZ', undefined],
  ['constructor', undefined],
  [undefined, undefined],
])('the time zone of %s is %s', (country, zone) => {
  expect(timeZoneOf(country)).toBe(zone);
});

test('every zone of the table is known', () => {
  for (const [country, zone] of Object.entries(COUNTRY_TIME_ZONES))
    expect([country, zoneOffset(zone, 0) !== undefined]).toEqual([country, true]);
});
