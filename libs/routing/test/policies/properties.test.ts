import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { classifyNumber } from '../../src/numbers/classify-number.ts';
import { callingHours } from '../../src/policies/calling-hours.ts';
import { destination } from '../../src/policies/destination.ts';
import { purpose } from '../../src/policies/purpose.ts';
import type { Policy, RoutingCall } from '../../src/policy.ts';
import { outcome, routingCall } from './routing-call.ts';

const NUMBERS = [
  '+12125550100',
  '+14165550199',
  '+18005550199',
  '+19005550199',
  '+15005550199',
  '+19115550100',
  '+12005550100',
  '+919999999999',
  '+911409999999',
  '+911600999999',
  '+9118609999999',
  '+91999999999',
  '+971555555555',
  '+448431111111',
  '+80099999999',
  '+88399999999',
  '+21099999999',
  'nonsense',
];
const PREFIXES = ['+', '+1', '+1900', '+91', '+9199', '+97155', '+911600999999'];
const KINDS = ['premium', 'shared_cost', 'personal', 'satellite', 'toll_free', 'emergency_like', 'unknown'];
const ZONES = [
  'Asia/Kolkata',
  'Asia/Dubai',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Gaza',
];

const few = (...items: string[]) => fc.subarray(items, { maxLength: 3 });
const destinations = fc.record({
  allowCountries: fc.option(few('US', 'CA', 'IN', 'AE', 'GB'), { nil: undefined }),
  denyPrefixes: few(...PREFIXES).map((prefixes) => prefixes.slice(0, 1)),
  allowKinds: fc.option(few(...KINDS), { nil: undefined }),
});
const window = fc
  .record({ days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }), a: fc.nat(1440), b: fc.nat(1440) })
  .filter(({ a, b }) => a !== b)
  .map(({ days, a, b }) => ({ days, from: Math.min(a, b), to: Math.max(a, b) }));
const hours = fc.record({
  timezone: fc.option(fc.constantFrom(...ZONES, 'Asia/Nowhere'), { nil: undefined, freq: 8 }),
  windows: fc.array(window, { minLength: 1, maxLength: 4 }),
});
const own = fc.record({ destinations, callingHours: fc.option(hours, { nil: undefined }) });
const calls = fc
  .record({
    from: fc.constantFrom(...NUMBERS.slice(0, -1)),
    to: fc.constantFrom(...NUMBERS),
    purpose: fc.constantFrom('transactional', 'service', 'promotional', undefined),
    at: fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
    rules: own,
    defaults: own,
  })
  .map(({ at, ...change }) => routingCall({ ...change, at: at.toISOString() }));

/** The same as the policy `destination`, as plainly as it can be said. */
function mayBeCalled({ request, number, rules, defaults }: RoutingCall): boolean {
  const callee = classifyNumber(request.toNumber);
  if (callee === undefined || callee.countryCallingCode === '') return false;
  const denied = [...rules.destinations.denyPrefixes, ...defaults.destinations.denyPrefixes];
  if (denied.some((prefix) => request.toNumber.startsWith(prefix))) return false;

  const kinds = rules.destinations.allowKinds ?? defaults.destinations.allowKinds ?? [];
  const plain = ['mobile', 'fixed', 'fixed_or_mobile', 'toll_free', 'voip', 'pager', 'uan', 'voicemail'];
  if (!plain.includes(callee.kind) && !kinds.includes(callee.kind)) return false;

  const ofNoCountry = !['1', '91', '971', '44'].includes(callee.countryCallingCode);
  if (ofNoCountry) return kinds.includes(callee.kind);
  const ownCountry = classifyNumber(number.e164)?.country;
  const countries = rules.destinations.allowCountries ?? defaults.destinations.allowCountries ?? [ownCountry];
  return callee.country !== undefined && countries.includes(callee.country);
}

/** The same as the policy `purpose` for a number whose rules have no carriers. */
function maySay({ request, number }: RoutingCall): boolean {
  const said = request.purpose;
  const country = classifyNumber(request.toNumber)?.country;
  if (/^\+91140\d{7}$/.test(number.e164) && said !== 'promotional') return false;
  if (/^\+91160[01]\d{6}$/.test(number.e164) && said !== 'service' && said !== 'transactional') return false;
  if (said === 'promotional' && country === 'IN') return number.e164.startsWith('+91140');
  if (said === 'promotional' && country === 'AE') return number.e164.startsWith('+971');
  return true;
}

const SINGLE_ZONES: Readonly<Record<string, string>> = { IN: 'Asia/Kolkata', AE: 'Asia/Dubai', GB: 'Europe/London' };
const PACK_HOURS: Readonly<Record<string, [string, string]>> = { IN: ['10:00', '21:00'], AE: ['09:00', '18:00'] };
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const text = (minutes: number) => `${Math.floor(minutes / 60)}:${minutes % 60}`.replace(/\b\d\b/g, '0$&');

/** The same as the policy `calling_hours`, by the wall clock as text. */
function isOpen({ request, rules, defaults, now }: RoutingCall): boolean {
  const country = classifyNumber(request.toNumber)?.country ?? '';
  const wallClock = (timeZone: string): string[] =>
    new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' })
      .format(now)
      .split(/,? /);
  const packHours = request.purpose === 'promotional' ? PACK_HOURS[country] : undefined;
  if (packHours !== undefined) {
    const [, time = ''] = wallClock(SINGLE_ZONES[country]!);
    if (time < packHours[0] || packHours[1] <= time) return false;
  }
  const written = rules.callingHours ?? defaults.callingHours;
  if (written === undefined) return true;
  const timeZone = written.timezone ?? SINGLE_ZONES[country];
  if (timeZone === undefined || timeZone === 'Asia/Nowhere') return false;
  const [day = '', time = ''] = wallClock(timeZone);
  return written.windows.some(
    ({ days, from, to }) => days.includes(DAYS.indexOf(day)) && text(from) <= time && time < text(to),
  );
}

const RUNS = { numRuns: 2000 };
const equals = (policy: Policy, reference: (call: RoutingCall) => boolean) =>
  fc.property(calls, (call) => {
    expect(outcome(policy, call) === 'passed').toBe(reference(call));
  });

test.each([
  { policy: destination, reference: mayBeCalled },
  { policy: purpose, reference: maySay },
  { policy: callingHours, reference: isOpen },
])('$policy.step equals what can be said of it plainly', ({ policy, reference }) => {
  fc.assert(equals(policy, reference), RUNS);
});

const spoilt = (policy: Policy, spoil: (call: RoutingCall) => RoutingCall): Policy => ({
  ...policy,
  apply: (call, candidates) => policy.apply(spoil(call), candidates),
});
const openKinds = (call: RoutingCall): RoutingCall => ({
  ...call,
  callee: call.callee && { ...call.callee, kind: 'mobile' },
});
const withoutDenied = (call: RoutingCall): RoutingCall => ({
  ...call,
  defaults: { ...call.defaults, destinations: { ...call.defaults.destinations, denyPrefixes: [] } },
});
const withoutPurpose = (call: RoutingCall): RoutingCall => ({
  ...call,
  request: { ...call.request, purpose: undefined },
});
const anHourLate = (call: RoutingCall): RoutingCall => ({ ...call, now: call.now + 60 * 60 * 1000 });

test.each([
  ['a destination policy that sees no kinds', spoilt(destination, openKinds), mayBeCalled],
  ['one that forgets what the tenant denies', spoilt(destination, withoutDenied), mayBeCalled],
  ['a purpose policy that does not hear the purpose', spoilt(purpose, withoutPurpose), maySay],
  ['calling hours by a clock that is an hour late', spoilt(callingHours, anHourLate), isOpen],
])('%s does not equal it', (_name, policy, reference) => {
  expect(fc.check(equals(policy, reference), RUNS).failed).toBe(true);
});

const holds = (untilOf: (holdsUntil: number) => number) =>
  fc.property(calls, fc.nat(), (call, milliseconds) => {
    const until = callingHours.apply(call, [])?.holdsUntil;
    if (until === undefined) return;
    expect(until).toBeGreaterThan(call.now);
    const later = { ...call, now: call.now + (milliseconds % (untilOf(until) - call.now)) };
    expect(outcome(callingHours, later)).toBe(outcome(callingHours, call));
  });

test('calling hours hold as long as they say', () => {
  fc.assert(
    holds((until) => until),
    RUNS,
  );
});

test('and not a day longer', () => {
  expect(
    fc.check(
      holds((until) => until + 24 * 60 * 60 * 1000),
      RUNS,
    ).failed,
  ).toBe(true);
});
