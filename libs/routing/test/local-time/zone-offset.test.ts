import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { zoneOffset } from '../../src/local-time/zone-offset.ts';

const ZONES = Intl.supportedValuesOf('timeZone');
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HALF_A_DAY = 12 * 60 * MINUTE;

/** The offset by another way: the local date and time, read as if they were UTC. */
function slowOffset(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const [year = 0, month = 1, day, hour, minute, second] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((name) => Number(parts.find(({ type }) => type === name)?.value));
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

const moments = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2037, 0) });
const questions = fc.array(fc.tuple(fc.constantFrom(...ZONES), moments, fc.nat(QUARTER)), { maxLength: 5 });

/** Asks in any order, twice close together, and sees whether what is remembered gets in the way. */
const agrees = (offsetOf: (timezone: string, now: number) => number | undefined) =>
  fc.property(questions, (asked) => {
    for (const [zone, at, later] of asked)
      for (const moment of [at, at + later, at])
        expect([zone, moment, offsetOf(zone, moment)]).toEqual([zone, moment, slowOffset(zone, moment)]);
  });

test('the offset of any zone at any moment, in any order', () => {
  fc.assert(agrees((zone, now) => zoneOffset(zone, now)?.offset));
});

test('one that is remembered for a day, the property sees', () => {
  const remembered = new Map<string, number | undefined>();
  const careless = (zone: string, now: number) => {
    const key = `${zone} ${Math.floor(now / (2 * HALF_A_DAY))}`;
    if (!remembered.has(key)) remembered.set(key, zoneOffset(zone, now)?.offset);
    return remembered.get(key);
  };
  const changeDay = Date.UTC(2026, 2, 8);
  careless('America/New_York', changeDay);
  expect(careless('America/New_York', changeDay + HALF_A_DAY)).not.toBe(
    slowOffset('America/New_York', changeDay + HALF_A_DAY),
  );
});

test.each([
  ['Asia/Kolkata', '2026-11-25T12:00Z', 330, '2026-11-26T12:00Z', 'never changes: looked a day ahead'],
  ['America/New_York', '2026-03-08T06:50Z', -300, '2026-03-08T07:00Z', 'spring'],
  ['America/New_York', '2026-03-08T07:00Z', -240, '2026-03-09T07:00Z', 'behind it'],
  ['America/New_York', '2026-10-31T12:00Z', -240, '2026-11-01T06:00Z', 'autumn, 18 hours before'],
  ['Australia/Lord_Howe', '2026-10-03T15:29Z', 630, '2026-10-03T15:30Z', 'half an hour'],
  ['America/St_Johns', '2010-11-07T02:20Z', -150, '2010-11-07T02:31Z', 'one minute past midnight, until 2011'],
  ['America/St_Johns', '2010-11-07T02:31Z', -210, '2010-11-08T02:31Z', 'in the middle of a quarter hour'],
])('%s at %s is %i minutes ahead, until %s (%s)', (zone, at, minutes, until, _why) => {
  expect(zoneOffset(zone, Date.parse(at))).toEqual({ offset: minutes * MINUTE, until: Date.parse(until) });
});

test('in 2026 and 2027 every zone changes its clocks at a quarter hour, and never twice in half a day', () => {
  const offsets = (zone: string) => {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    return (at: number) => format.format(at).split(', ')[1];
  };
  for (const zone of ZONES) {
    const at = offsets(zone);
    for (let start = Date.UTC(2026, 0); start < Date.UTC(2028, 0); start += HALF_A_DAY) {
      const end = start + HALF_A_DAY;
      if (at(start) === at(end)) continue;
      const changes = [];
      for (let quarter = start; quarter < end; quarter += QUARTER) {
        if (at(quarter) !== at(quarter + QUARTER)) changes.push(quarter + QUARTER);
      }
      expect([zone, changes.length]).toEqual([zone, 1]);
      const change = changes[0] ?? 0;
      expect([zone, at(change - 1)]).toEqual([zone, at(start)]);
    }
  }
});

test('names that are no zone', () => {
  for (const name of ['', 'Asia/Nowhere', '__proto__', 'constructor', '../../etc/passwd', 'Asia/Kolkata\0', 'é'])
    for (let time = 0; time < 2; time++) expect(zoneOffset(name, 0)).toBeUndefined();
});

test('however many names are asked for, the answer is the same', () => {
  const expected = zoneOffset('Asia/Dubai', 0);
  for (let n = 0; n < 3000; n++) zoneOffset(`Nowhere/${n}`, 0);
  expect(zoneOffset('Asia/Dubai', 0)).toEqual(expected);
});
