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

/**
 * Refuses calls outside the calling hours, in the hours' own time zone, else in the callee's country's. The hours
 * are the number's own, else its tenant's, else those of the callee's country's pack for the call's purpose, else
 * there are none and any time will do.
 */
export const callingHours: Policy = {
  step: 'calling_hours',
  apply(call, candidates) {
    const hours = hoursFor(call);
    if (hours === undefined) return undefined;
    const timezone = hours.timezone ?? timeZoneOf(call.callee?.country);
    const zone = timezone === undefined ? undefined : zoneOffset(timezone, call.now);
    if (zone === undefined) return { candidates, refusal: unknownZone(call, timezone) };
    const { open, until, day, minute } = openHours(hours.windows, call.now, zone);
    if (open) return { candidates, holdsUntil: until };
    const time = `${clock(minute)} on ${DAY_NAMES[day]} in ${timezone}`;
    const refusal: Refusal = {
      reason: 'outside_calling_hours',
      message: `It is ${time}. Calls are allowed ${listWindows(hours.windows)}, by ${whose(call)}.`,
      hint: 'Call again within these hours.',
    };
    return { candidates, refusal, holdsUntil: until };
  },
  describe(call) {
    const hours = hoursFor(call);
    if (hours === undefined)
      return {
        lookedAt: "the number's rules, the tenant's defaults, the callee's country",
        concluded: 'there are no calling hours',
      };
    const timezone = hours.timezone ?? timeZoneOf(call.callee?.country);
    return {
      lookedAt: `calling hours ${listWindows(hours.windows)} in ${timezone ?? 'an unknown time zone'}, by ${whose(call)}`,
      concluded: 'within them',
    };
  },
};

function hoursFor({ rules, defaults, callee, request }: RoutingCall): CallingHours | undefined {
  const written = rules.callingHours ?? defaults.callingHours;
  if (written !== undefined || callee?.country === undefined || request.purpose === undefined) return written;
  return COUNTRY_PACKS.get(callee.country)?.callingHours[request.purpose];
}

function whose({ rules, defaults, callee, request }: RoutingCall): string {
  if (rules.callingHours !== undefined) return "the number's rules";
  if (defaults.callingHours !== undefined) return "the tenant's defaults";
  return `what ${COUNTRY_PACKS.get(callee?.country ?? '')?.name} asks of ${request.purpose} calls`;
}

function unknownZone({ rules, number, tenant, callee }: RoutingCall, timezone: string | undefined): Refusal {
  const place = callee?.country === undefined ? 'of a country that is not known' : `in ${callee.country}`;
  return {
    reason: 'calling_hours_unknown',
    message:
      timezone === undefined
        ? `The calling hours have no time zone, and the callee is ${place}, for which there is no single one.`
        : `The calling hours are in the time zone ${timezone}, which is not known.`,
    hint:
      rules.callingHours !== undefined
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
