import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { countriesOfPlan, singleZone } from '../src/generate-country-time-zones.ts';

const file = new URL('../../../libs/routing/src/gen/country-time-zones.ts', import.meta.url);
const text = readFileSync(file, 'utf8');
const year = Number(/as of (\d{4})/.exec(text)?.[1]);
const table = new Map(
  [...text.matchAll(/^ {2}(\w\w): '(.+)',$/gm)].map(([, country = '', zone = '']) => [country, zone]),
);

/** Hours of the years that the generator looks at, some of each day. */
const HOURS = Array.from({ length: 2 * 365 * 4 }, (_, n) => Date.UTC(year) + n * 6 * 60 * 60 * 1000);

const clock = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });

test('the table has the countries of one time and no others, with a zone that keeps it', () => {
  const expected: string[] = [];
  for (const country of countriesOfPlan()) {
    const zone = singleZone(country, year);
    if (zone === undefined) continue;
    expected.push(country);
    const [listed, known] = [clock(table.get(country) ?? 'UTC'), clock(zone)];
    const differs = HOURS.find((at) => listed.format(at) !== known.format(at));
    expect([country, differs]).toEqual([country, undefined]);
  }
  // Run `npm run numbers` when this fails: a country changed its clocks, or ICU its mind.
  expect([...table.keys()]).toEqual(expected);
});
