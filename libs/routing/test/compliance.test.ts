import { expect, test } from '@jest/globals';

import { decideRoute } from '../src/index.ts';
import type { Decision, RouteRequest } from '../src/index.ts';
import { CONFIG, exampleRows, id, number, request, tenant, viewOf } from './example-view.ts';

const IN_ORDINARY = '+919999999999';
const IN_140 = '+911409999999';
const IN_1600 = '+911600999999';
const IN_CALLEE = '+918888888888';
const AE_CALLEE = '+971555555555';

/** A Wednesday, 15:30 in India, 14:00 in the Emirates. */
const DAY = Date.UTC(2026, 10, 25, 10);
/** 23:30 in India, 22:00 in the Emirates. */
const NIGHT = Date.UTC(2026, 10, 25, 18);

interface Setting {
  readonly rules?: object;
  readonly defaults?: object;
  readonly now?: number;
}

/** Decides a call of a tenant's that has an ordinary number of India and one of each series. */
function decide(asked: Partial<RouteRequest>, { rules = {}, defaults = {}, now = DAY }: Setting = {}): Decision {
  const numbers = [IN_ORDINARY, IN_140, IN_1600].map((e164, n) =>
    number({
      id: id(4, n + 1),
      countryCode: '91',
      baseNumber: e164.slice(3),
      rules: { livekit_config: CONFIG, ...rules },
    }),
  );
  const rows = exampleRows({ voice_agent_numbers: numbers, tenants: [tenant({ defaults })] });
  const call = request({ fromNumber: IN_ORDINARY, toNumber: IN_CALLEE, ...asked });
  return decideRoute(viewOf(rows), call, { now, environmentFallback: undefined });
}
/** The caller ids that are shown, in their order, or the reason. */
const shown = (decision: Decision): string =>
  decision.kind === 'rejected' ? decision.reason : decision.targets.map(({ callerId }) => callerId).join(' ');

const showing = (...callerIds: (string | undefined)[]) => ({
  carriers: callerIds.map((caller_id, n) => ({ prefixes: ['+'], caller_id, priority: n + 1 })),
});
const abroad = { destinations: { allow: ['IN', 'AE'] } };
const ALL_DAY = {
  calling_hours: {
    windows: [{ days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], from: '00:00', to: '24:00' }],
  },
};
const stripped = (...allow_kinds: string[]) => ({
  carriers: [{ prefixes: ['+91'], dial_format: { strip: 2, plus: false } }],
  destinations: { allow_kinds },
});

test.each<[why: string, asked: Partial<RouteRequest>, setting: Setting, expected: string]>([
  ['an ordinary call', {}, {}, IN_ORDINARY],
  ['a promotional call from an ordinary number', { purpose: 'promotional' }, {}, 'purpose_not_allowed'],
  ['from one of 140', { purpose: 'promotional', fromNumber: IN_140 }, {}, IN_140],
  ['at night', { purpose: 'promotional', fromNumber: IN_140 }, { now: NIGHT }, 'outside_calling_hours'],
  [
    "at night, by the tenant's own hours of all day",
    { purpose: 'promotional', fromNumber: IN_140 },
    { now: NIGHT, defaults: ALL_DAY },
    'outside_calling_hours',
  ],
  [
    "at night, by the number's own",
    { purpose: 'promotional', fromNumber: IN_140 },
    { now: NIGHT, rules: ALL_DAY },
    'outside_calling_hours',
  ],
  ['a service call at night', { purpose: 'service', fromNumber: IN_1600 }, { now: NIGHT }, IN_1600],
  ['from 1600, the purpose not said', { fromNumber: IN_1600 }, {}, 'purpose_not_allowed'],
  ['over a carrier that shows a number of 140', { purpose: 'promotional' }, { rules: showing(IN_140) }, IN_140],
  [
    'over that carrier alone, not over the one that shows the ordinary number',
    { purpose: 'promotional' },
    { rules: showing(undefined, IN_140) },
    IN_140,
  ],
  [
    'over the others, when the call is none for 140',
    { purpose: 'service' },
    { rules: showing(IN_140, IN_1600, undefined) },
    `${IN_1600} ${IN_ORDINARY}`,
  ],
  [
    'over carriers of which none shows a fitting number',
    { purpose: 'promotional' },
    { rules: showing(IN_1600, undefined) },
    'purpose_not_allowed',
  ],
  [
    'a number of 140 for service, over a carrier that shows another',
    { purpose: 'service', fromNumber: IN_140 },
    { rules: showing(IN_ORDINARY) },
    IN_ORDINARY,
  ],
  ['abroad', { toNumber: AE_CALLEE }, {}, 'destination_not_allowed'],
  ['abroad, allowed by the tenant', { toNumber: AE_CALLEE }, { defaults: abroad }, IN_ORDINARY],
  [
    'promotional to the Emirates from India',
    { toNumber: AE_CALLEE, purpose: 'promotional', fromNumber: IN_140 },
    { defaults: abroad },
    'purpose_not_allowed',
  ],
  ['Delhi without its country code', { toNumber: '+911122222222' }, { rules: stripped() }, 'emergency_number'],
  [
    'the same, with emergency_like allowed by name',
    { toNumber: '+911122222222' },
    { rules: stripped('emergency_like') },
    IN_ORDINARY,
  ],
])('%s', (_why, asked, setting, expected) => {
  expect(shown(decide(asked, setting))).toBe(expected);
});

test.each([
  ['five minutes, in the middle of the hours', DAY, 5 * 60_000],
  ['up to the end of the hours, shortly before it', Date.UTC(2026, 10, 25, 15, 28), 2 * 60_000],
])('a promotional route holds %s', (_why, now, expected) => {
  const decision = decide({ purpose: 'promotional', fromNumber: IN_140 }, { now });
  expect(decision.kind === 'routed' && decision.expiresAt - now).toBe(expected);
});
