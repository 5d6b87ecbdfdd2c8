import type { CallingHours, CallingWindow } from '@dialplane/tenancy';

import { COUNTRY_PACKS } from '../countries/country-packs.ts';
import { timeZoneOf } from '../countries/time-zone-of.ts';
import { openHours } from '../local-time/open-hours.ts';
import { zoneOffset } from '../local-time/zone-offset.ts';
import type { Policy, RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';

const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** How many windows a refusal lists. */
const LISTED = 7;

/** Hours that a call must be within, and who asks it. */
interface AskedHours {
  readonly hours: CallingHours;
  readonly by: 'pack' | 'number' | 'tenant';
}

const NONE: readonly AskedHours[] = [];

/**
 * Refuses calls outside the calling hours, in the hours' own time zone, else in the callee's country's. A call must
 * be within the hours that the pack of the callee's country has for its purpose, and within the number's own, or else
 * its tenant's: those can narrow what the country asks, and never widen it. Where there are none, any time will do.
 */
export const callingHours: Policy = {
  step: 'calling_hours',
  apply(call, candidates) {
    const asked = hoursFor(call);
    if (asked.length === 0) return undefined;
    let holdsUntil = Infinity;
    for (const each of asked) {
      const { windows } = each.hours;
      const timezone = timeZoneFor(call, each);
      const zone = timezone === undefined ? undefined : zoneOffset(timezone, call.now);
      if (zone === undefined) return { candidates, refusal: unknownZone(call, each, timezone) };
      const { open, until, day, minute } = openHours(windows, call.now, zone);
      holdsUntil = Math.min(holdsUntil, until);
      if (open) continue;
      const time = `${clock(minute)} on ${DAY_NAMES[day]} in ${timezone}`;
      const refusal: Refusal = {
        reason: 'outside_calling_hours',
        message: `It is ${time}. Calls are allowed ${listWindows(windows)}, by ${whose(call, each)}.`,
        hint: 'Call again within these hours.',
      };
      return { candidates, refusal, holdsUntil };
    }
    return { candidates, holdsUntil };
  },
  describe(call) {
    const asked = hoursFor(call);
    if (asked.length === 0)
      return {
        lookedAt: "the number's rules, the tenant's defaults, the callee's country",
        concluded: 'there are no calling hours',
      };
    const list = asked.map(
      (each) =>
        `${listWindows(each.hours.windows)} in ${timeZoneFor(call, each) ?? 'an unknown time zone'}, by ${whose(call, each)}`,
    );
    return { lookedAt: `calling hours ${list.join('; and ')}`, concluded: 'within them' };
  },
};

/** The country's come first. */
function hoursFor({ rules, defaults, callee, request }: RoutingCall): readonly AskedHours[] {
  const { purpose } = request;
  const legal =
    callee?.country === undefined || purpose === undefined
      ? undefined
      : COUNTRY_PACKS.get(callee.country)?.callingHours[purpose];
  const own = rules.callingHours ?? defaults.callingHours;
  if (legal === undefined && own === undefined) return NONE;
  const asked: AskedHours[] = [];
  if (legal !== undefined) asked.push({ hours: legal, by: 'pack' });
  if (own !== undefined) asked.push({ hours: own, by: rules.callingHours === undefined ? 'tenant' : 'number' });
  return asked;
}

const timeZoneFor = ({ callee }: RoutingCall, { hours }: AskedHours): string | undefined =>
  hours.timezone ?? timeZoneOf(callee?.country);

function whose({ callee, request }: RoutingCall, { by }: AskedHours): string {
  if (by === 'number') return "the number's rules";
  if (by === 'tenant') return "the tenant's defaults";
  return `what ${COUNTRY_PACKS.get(callee?.country ?? '')?.name} asks of ${request.purpose} calls`;
}

function unknownZone(
  { number, tenant, callee }: RoutingCall,
  { by }: AskedHours,
  timezone: string | undefined,
): Refusal {
  const place = callee?.country === undefined ? 'of a country that is not known' : `in ${callee.country}`;
  return {
    reason: 'calling_hours_unknown',
    message:
      timezone === undefined
        ? `The calling hours have no time zone, and the callee is ${place}, for which there is no single one.`
        : `The calling hours are in the time zone ${timezone}, which is not known.`,
    hint:
      by === 'number'
        ? `Give calling_hours a timezone: dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`
        : `Give calling_hours a timezone: dialplane tenant defaults set ${tenant.id} --file <yaml>`,
  };
}

function listWindows(windows: readonly CallingWindow[]): string {
  const listed = windows.slice(0, LISTED).map(({ days, from, to }) => {
    const names = days.length === 7 ? 'every day' : days.map((day) => DAY_NAMES[day]?.slice(0, 3)).join(' ');
    return `${names} ${clock(from)}–${clock(to)}`;
  });
  return listed.join(', ') + (windows.length > LISTED ? ', …' : '');
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
