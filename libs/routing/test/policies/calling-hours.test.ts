import { describe, expect, test } from '@jest/globals';

import type { CallingHours } from '@dialplane/tenancy';

import { callingHours } from '../../src/policies/calling-hours.ts';
import type { Purpose } from '../../src/routing-view.ts';
import { applied, outcome, routingCall, TENANT } from './routing-call.ts';

const US = '+12125550100';
const IN = '+919999999999';
const AE = '+971555555555';
const GB = '+441632960000';
const CN = '+8613999999999';

const OUTSIDE = 'outside_calling_hours';
const UNKNOWN = 'calling_hours_unknown';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const [SUN, MON, WED, SAT] = [0, 1, 3, 6];

/** `09:00–17:30`, on the days given. */
const hours = (timezone: string | undefined, span: string, days = EVERY_DAY, ...more: CallingHours[]): CallingHours => {
  const [from = 0, to = 0] = span.split('–').map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
  return { timezone, windows: [{ days, from, to }, ...more.flatMap(({ windows }) => windows)] };
};

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().replace(':00.000Z', 'Z');

describe('windows', () => {
  // 25 November 2026 is a Wednesday. `until`: the first moment at which the answer may change.
  test.each<[why: string, at: string, hours: CallingHours, expected: string, until: string]>([
    ['the first minute', '2026-11-25T03:30Z', hours('Asia/Kolkata', '09:00–21:00'), 'passed', '2026-11-25T15:30Z'],
    ['the last', '2026-11-25T15:29:59.999Z', hours('Asia/Kolkata', '09:00–21:00'), 'passed', '2026-11-25T15:30Z'],
    ['too late', '2026-11-25T15:30Z', hours('Asia/Kolkata', '09:00–21:00'), OUTSIDE, '2026-11-25T18:30Z'],
    ['too early', '2026-11-25T03:29:59.999Z', hours('Asia/Kolkata', '09:00–21:00'), OUTSIDE, '2026-11-25T03:30Z'],
    ['a whole day', '2026-11-25T20:00Z', hours('Asia/Dubai', '00:00–24:00'), 'passed', '2026-11-26T20:00Z'],
    [
      'the day of the zone',
      '2026-11-24T20:00Z',
      hours('Asia/Dubai', '00:00–24:00', [WED]),
      'passed',
      '2026-11-25T20:00Z',
    ],
    ['not that of UTC', '2026-11-25T20:00Z', hours('Asia/Dubai', '00:00–24:00', [WED]), OUTSIDE, '2026-11-26T20:00Z'],
    [
      'a day that is none',
      '2026-11-25T08:00Z',
      hours('Asia/Dubai', '09:00–18:00', [MON]),
      OUTSIDE,
      '2026-11-25T20:00Z',
    ],
    ['up to midnight', '2026-11-25T19:59Z', hours('Asia/Dubai', '20:00–24:00'), 'passed', '2026-11-25T20:00Z'],
    ['closed from midnight', '2026-11-25T20:00Z', hours('Asia/Dubai', '20:00–24:00'), OUTSIDE, '2026-11-26T16:00Z'],
    ['from midnight', '2026-11-25T20:00Z', hours('Asia/Dubai', '00:00–02:00'), 'passed', '2026-11-25T22:00Z'],
    [
      'over midnight, in two windows',
      '2026-11-25T19:30Z',
      hours('Asia/Dubai', '22:00–24:00', EVERY_DAY, hours(undefined, '00:00–02:00')),
      'passed',
      '2026-11-25T20:00Z',
    ],
    [
      'between two windows',
      '2026-11-25T09:00Z',
      hours('Asia/Dubai', '09:00–12:00', EVERY_DAY, hours(undefined, '14:00–18:00')),
      OUTSIDE,
      '2026-11-25T10:00Z',
    ],
    [
      'in two windows at once',
      '2026-11-25T06:00Z',
      hours('Asia/Dubai', '09:00–12:00', EVERY_DAY, hours(undefined, '09:30–18:00', [WED])),
      'passed',
      '2026-11-25T14:00Z',
    ],
    ['one minute', '2026-11-25T05:00:30Z', hours('Asia/Dubai', '09:00–09:01'), 'passed', '2026-11-25T05:01Z'],
    ['before 1970', '1969-12-31T05:00Z', hours('Asia/Dubai', '09:00–18:00', [WED]), 'passed', '1969-12-31T14:00Z'],
    ['UTC', '2026-11-25T05:00Z', hours('UTC', '05:00–06:00'), 'passed', '2026-11-25T06:00Z'],
  ])('%s: at %s', (_why, at, written, expected, until) => {
    const result = applied(callingHours, routingCall({ to: IN, at, rules: { callingHours: written } }));
    expect([result?.refusal?.reason ?? 'passed', iso(result?.holdsUntil)]).toEqual([expected, until]);
  });
});

describe('clocks that change', () => {
  const newYork = (span: string, days = EVERY_DAY) => hours('America/New_York', span, days);
  test.each<[why: string, at: string, hours: CallingHours, expected: string, until: string]>([
    // New York goes from 2:00 to 3:00 on 8 March 2026, and from 2:00 to 1:00 on 1 November 2026.
    ['the day before', '2026-03-07T14:00Z', newYork('09:00–21:00'), 'passed', '2026-03-08T02:00Z'],
    ['the day itself', '2026-03-08T13:00Z', newYork('09:00–21:00'), 'passed', '2026-03-09T01:00Z'],
    ['an hour too early by winter time', '2026-03-08T12:59Z', newYork('09:00–21:00'), OUTSIDE, '2026-03-08T13:00Z'],
    ['before the gap', '2026-03-08T06:59Z', newYork('01:00–02:30', [SUN]), 'passed', '2026-03-08T07:00Z'],
    ['behind the gap', '2026-03-08T07:00Z', newYork('01:00–02:30', [SUN]), OUTSIDE, '2026-03-09T04:00Z'],
    ['opens behind the gap', '2026-03-08T06:59Z', newYork('02:30–04:00', [SUN]), OUTSIDE, '2026-03-08T07:00Z'],
    ['open behind the gap', '2026-03-08T07:00Z', newYork('02:30–04:00', [SUN]), 'passed', '2026-03-08T08:00Z'],
    ['the first time round', '2026-11-01T05:45Z', newYork('01:30–02:00', [SUN]), 'passed', '2026-11-01T06:00Z'],
    ['back before it', '2026-11-01T06:15Z', newYork('01:30–02:00', [SUN]), OUTSIDE, '2026-11-01T06:30Z'],
    ['the second time round', '2026-11-01T06:45Z', newYork('01:30–02:00', [SUN]), 'passed', '2026-11-01T07:00Z'],
    ['the autumn morning', '2026-11-01T14:00Z', newYork('09:00–21:00'), 'passed', '2026-11-02T02:00Z'],
    ['an hour too early by summer time', '2026-11-01T13:00Z', newYork('09:00–21:00'), OUTSIDE, '2026-11-01T14:00Z'],
    // Lord Howe Island goes by half an hour: from 2:00 to 2:30 on 4 October 2026, to 1:30 on 5 April 2026.
    [
      'Lord Howe, before',
      '2026-10-03T15:29Z',
      hours('Australia/Lord_Howe', '01:00–02:15'),
      'passed',
      '2026-10-03T15:30Z',
    ],
    [
      'Lord Howe, behind',
      '2026-10-03T15:30Z',
      hours('Australia/Lord_Howe', '01:00–02:15'),
      OUTSIDE,
      '2026-10-04T13:00Z',
    ],
    ['Lord Howe, back', '2026-04-04T15:00Z', hours('Australia/Lord_Howe', '01:45–02:00'), OUTSIDE, '2026-04-04T15:15Z'],
    // Gaza and others change at midnight; Santiago skips it: 6 September 2026 begins at 1:00, a Sunday.
    ['no midnight', '2026-09-06T03:59Z', hours('America/Santiago', '00:00–02:00', [SUN]), OUTSIDE, '2026-09-06T04:00Z'],
    [
      'a day that begins at one',
      '2026-09-06T04:00Z',
      hours('America/Santiago', '00:00–02:00', [SUN]),
      'passed',
      '2026-09-06T05:00Z',
    ],
    [
      'Chatham, 45 minutes',
      '2026-11-25T19:15Z',
      hours('Pacific/Chatham', '09:00–10:00'),
      'passed',
      '2026-11-25T20:15Z',
    ],
  ])('%s: at %s', (_why, at, written, expected, until) => {
    const result = applied(callingHours, routingCall({ to: IN, at, rules: { callingHours: written } }));
    expect([result?.refusal?.reason ?? 'passed', iso(result?.holdsUntil)]).toEqual([expected, until]);
  });
});

describe('whose hours, and in which zone', () => {
  const at = '2026-11-25T15:00Z'; // 10:00 in New York, 15:00 in London, 19:00 in Dubai, 20:30 in India, 23:00 in China
  const day = (timezone?: string) => hours(timezone, '09:00–19:30');
  test.each<[string, string, Purpose | undefined, CallingHours | undefined, CallingHours | undefined, string]>([
    ['nobody has any', US, 'promotional', undefined, undefined, 'passed'],
    ["the number's, in their zone", IN, undefined, day('Asia/Dubai'), undefined, 'passed'],
    ["the number's, in the callee's zone", IN, undefined, day(), undefined, OUTSIDE],
    ["the callee's zone is open", AE, undefined, day(), undefined, 'passed'],
    ['a zone of the generated table', GB, undefined, day(), undefined, 'passed'],
    ["the tenant's", IN, undefined, undefined, day(), OUTSIDE],
    ["the number's take the place of the tenant's", IN, undefined, hours(undefined, '20:00–21:00'), day(), 'passed'],
    ['several zones', US, undefined, day(), undefined, UNKNOWN],
    ['several zones, and one is given', US, undefined, day('America/New_York'), undefined, 'passed'],
    ['China, where ICU knows two', CN, undefined, day(), undefined, UNKNOWN],
    ['a callee of no country', '+88399999999', undefined, day(), undefined, UNKNOWN],
    ['a callee that is no number', 'nonsense', undefined, day(), undefined, UNKNOWN],
    ['a zone that there is not', IN, undefined, day('Asia/Nowhere'), undefined, UNKNOWN],
    ['an empty zone', IN, undefined, day(''), undefined, UNKNOWN],
    ['a zone with a path in it', IN, undefined, day('../../etc/passwd'), undefined, UNKNOWN],
    ['a zone that is a property of objects', IN, undefined, day('__proto__'), undefined, UNKNOWN],
    ['India, promotional', IN, 'promotional', undefined, undefined, 'passed'],
    ['the Emirates, promotional', AE, 'promotional', undefined, undefined, OUTSIDE],
    ['the Emirates, service', AE, 'service', undefined, undefined, 'passed'],
    ['the Emirates, not said', AE, undefined, undefined, undefined, 'passed'],
    ["the tenant's do not widen the pack's", AE, 'promotional', undefined, day(), OUTSIDE],
    ["nor do the number's", AE, 'promotional', hours('Asia/Dubai', '00:00–24:00'), undefined, OUTSIDE],
    ["the tenant's narrow the pack's", IN, 'promotional', undefined, hours(undefined, '10:00–20:00'), OUTSIDE],
    ["so do the number's, in a zone of their own", IN, 'promotional', hours('UTC', '15:01–16:00'), undefined, OUTSIDE],
    ['within both, each in its zone', IN, 'promotional', hours('UTC', '15:00–16:00'), undefined, 'passed'],
    ['all hours, and none are asked', AE, 'service', hours('Asia/Dubai', '00:00–24:00'), undefined, 'passed'],
    [
      "the pack's, and written ones of a zone that there is not",
      IN,
      'promotional',
      day('Asia/Nowhere'),
      undefined,
      UNKNOWN,
    ],
  ])('%s: to %s', (_why, to, purpose, number, tenant, expected) => {
    const call = routingCall({ to, purpose, at, rules: { callingHours: number }, defaults: { callingHours: tenant } });
    expect(outcome(callingHours, call)).toBe(expected);
  });

  test.each([
    [IN, '2026-11-25T04:29:59Z', OUTSIDE],
    [IN, '2026-11-25T04:30Z', 'passed'],
    [IN, '2026-11-25T15:29:59Z', 'passed'],
    [IN, '2026-11-25T15:30Z', OUTSIDE],
    [AE, '2026-11-25T04:59:59Z', OUTSIDE],
    [AE, '2026-11-25T05:00Z', 'passed'],
    [AE, '2026-11-25T13:59:59Z', 'passed'],
    [AE, '2026-11-25T14:00Z', OUTSIDE],
  ])('a promotional call to %s at %s: %s', (to, moment, expected) => {
    expect(outcome(callingHours, routingCall({ to, purpose: 'promotional', at: moment }))).toBe(expected);
  });
});

test.each<[why: string, at: string, hours: CallingHours, until: string]>([
  ["the number's close first", '2026-11-25T14:00Z', hours('UTC', '13:00–15:00'), '2026-11-25T15:00Z'],
  ["the country's close first", '2026-11-25T15:10Z', hours('UTC', '13:00–16:00'), '2026-11-25T15:30Z'],
])('two hours hold until the first of them changes: %s', (_why, at, written, until) => {
  const call = routingCall({ to: IN, purpose: 'promotional', at, rules: { callingHours: written } });
  expect(iso(applied(callingHours, call)?.holdsUntil)).toBe(until);
});

test('refusals say the local time, the hours, whose they are and how to mend them', () => {
  const refusal = (change: Parameters<typeof routingCall>[0]) => applied(callingHours, routingCall(change))?.refusal;
  const closed = refusal({
    to: IN,
    at: '2026-11-28T16:45Z',
    rules: { callingHours: hours(undefined, '09:00–21:00', [MON, SAT]) },
  });
  expect(closed?.message).toBe(
    "It is 22:15 on Saturday in Asia/Kolkata. Calls are allowed Mon Sat 09:00–21:00, by the number's rules.",
  );
  expect(refusal({ to: AE, at: '2026-11-28T16:45Z', purpose: 'promotional' })?.message).toContain(
    'by what the United Arab Emirates asks of promotional calls',
  );
  const noZone = { callingHours: hours(undefined, '09:00–21:00') };
  expect(refusal({ from: US, rules: noZone })?.hint).toContain(
    `dialplane number rules set ${US} --file <yaml> --tenant ${TENANT}`,
  );
  expect(refusal({ from: US, defaults: noZone })?.hint).toContain(
    `dialplane tenant defaults set ${TENANT} --file <yaml>`,
  );
});
