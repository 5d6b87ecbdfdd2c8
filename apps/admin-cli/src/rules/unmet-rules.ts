import { classifyNumber, timeZoneOf } from '@dialplane/routing';
import { readServerUrl } from '@dialplane/tenancy';
import type { Rules } from '@dialplane/tenancy';

import type { Dangling, Usable } from './dangling-names.ts';

/** Rules that refuse calls as things are, though all that they name is there. Worth a warning each. */
export function unmetRules(rules: Rules, usable: Usable, e164: string, show: string): Dangling[] {
  return [...unmetRegion(rules, usable), ...unmetZone(rules, e164, show)];
}

function unmetRegion(rules: Rules, { configs, deployments }: Usable): Dangling[] {
  const { region } = rules;
  if (region === undefined) return [];
  const named = [rules, ...rules.routes, ...rules.carriers].map(({ livekitConfigId }) => livekitConfigId);
  const origins = configs.flatMap(({ id, url }) => {
    const server = named.includes(id) ? readServerUrl(url) : undefined;
    return server?.kind === 'ok' ? [server.serverUrl.origin] : [];
  });
  const [first] = origins;
  if (first === undefined || deployments.some((one) => one.region === region && origins.includes(one.origin)))
    return [];
  return [
    {
      problem: `rules.region pins calls to ${region}, and none of the deployments that the rules name is in it.`,
      hint: `Say where one is: dialplane deployment set ${first} --region ${region}`,
      isOff: true,
    },
  ];
}

/** Without a zone of their own, calling hours are in the callee's country's, if it has a single one. */
function unmetZone({ callingHours }: Rules, e164: string, show: string): Dangling[] {
  const country = classifyNumber(e164)?.country;
  if (callingHours === undefined || callingHours.timezone !== undefined || timeZoneOf(country) !== undefined) return [];
  const place = country === undefined ? "the number's own country" : country;
  return [
    {
      problem: `rules.calling_hours has no timezone, and ${place} has no single one: calls to numbers there are refused.`,
      hint: `Give it a timezone, such as America/New_York; what there is: ${show}`,
      isOff: true,
    },
  ];
}
