import { classifyNumber } from '../numbers/classify-number.ts';
import type { NumberClass } from '../numbers/number-class.ts';
import type { NumberKind } from '../numbers/number-kind.ts';
import { NUMBER_PLAN } from '../numbers/number-plan.ts';
import type { Policy, RoutingCall } from '../policy.ts';
import type { Refusal, RejectionReason } from '../rejections.ts';

/** The kinds that must be allowed by name. */
const KINDS_BY_NAME: ReadonlySet<NumberKind> = new Set<NumberKind>([
  'premium',
  'satellite',
  'personal',
  'shared_cost',
  'emergency_like',
  'unknown',
]);

const COUNTRIES_OF_CODE = countriesOfCodes();

/**
 * Refuses callees that the number and its tenant may not call. The number's own countries and kinds, when it has
 * them, take the place of its tenant's; denied prefixes of both count.
 *
 * A number that does not say which country of a shared calling code it belongs to may be called when every
 * country of that code may. One of a calling code that belongs to no country (+800, +881, …) may be called when its
 * kind is allowed by name, whatever kind it is; one that begins with no calling code never.
 */
export const destination: Policy = {
  step: 'destination',
  apply(call, candidates) {
    const refusal = judge(call);
    return refusal && { candidates, refusal };
  },
  describe({ request, callee }) {
    const lookedAt = `to_number ${request.toNumber}`;
    return { lookedAt, concluded: callee === undefined ? 'no E.164 number' : `${whatItIs(callee)}, may be called` };
  },
};

function judge(call: RoutingCall): Refusal | undefined {
  const { callee, rules, defaults, request } = call;
  if (callee === undefined)
    return {
      reason: 'destination_not_allowed',
      message: "The callee's number is no E.164 number.",
      hint: 'Send to_number as + and 7 to 15 digits, such as +12125550100.',
    };
  const allowKinds = rules.destinations.allowKinds ?? defaults.destinations.allowKinds;
  const named = allowKinds?.includes(callee.kind) === true;
  if (callee.kind === 'emergency_like' && !named)
    return {
      reason: 'emergency_number',
      message: "The callee's number is in no numbering plan and begins like an emergency number.",
      hint: 'Check to_number: a switch that reads it from the left may take the call for an emergency.',
    };

  const denied =
    prefixOf(request.toNumber, rules.destinations.denyPrefixes) ??
    prefixOf(request.toNumber, defaults.destinations.denyPrefixes);
  if (denied !== undefined) return refuse(call, 'destination_denied', `Numbers that begin with ${denied} are denied.`);

  const refusal = judgeCountry(call, callee, named);
  if (refusal !== undefined || !KINDS_BY_NAME.has(callee.kind) || named) return refusal;
  return refuseKind(call, callee);
}

function judgeCountry(call: RoutingCall, callee: NumberClass, named: boolean): Refusal | undefined {
  const allowed = call.rules.destinations.allowCountries ?? call.defaults.destinations.allowCountries;
  const { country, countryCallingCode } = callee;
  if (countryCallingCode === '')
    return {
      reason: 'destination_not_allowed',
      message: "The callee's number begins with no country's calling code.",
      hint: 'Check to_number.',
    };
  const sharing = country === undefined ? COUNTRIES_OF_CODE.get(countryCallingCode) : undefined;
  if (country === undefined && sharing === undefined) return named ? undefined : refuseKind(call, callee);
  if (allowed === undefined) {
    const own = classifyNumber(call.number.e164)?.country;
    if (own !== undefined && own === country) return undefined;
    const why =
      own === undefined
        ? 'neither the number nor its tenant says which countries may be called, and the number does not say its own'
        : `the number may call its own country alone, ${own}, as long as neither its rules nor its tenant's defaults say otherwise`;
    return refuse(call, 'destination_not_allowed', `The callee's number is ${whatItIs(callee)}; ${why}.`);
  }
  if (country === undefined ? sharing?.every((each) => allowed.includes(each)) : allowed.includes(country))
    return undefined;
  const whose = call.rules.destinations.allowCountries === undefined ? "the tenant's defaults" : "the number's rules";
  return refuse(
    call,
    'destination_not_allowed',
    `The callee's number is ${whatItIs(callee)}, which ${whose} do not allow.`,
  );
}

const refuseKind = (call: RoutingCall, callee: NumberClass): Refusal =>
  refuse(
    call,
    'destination_kind_refused',
    `The callee's number is ${whatItIs(callee)}: such a number is refused unless allow_kinds names ${callee.kind}.`,
  );

function refuse({ number, tenant }: RoutingCall, reason: RejectionReason, message: string): Refusal {
  const hint =
    `If it should be called, change destinations: dialplane number rules set ${number.e164} --file <yaml> ` +
    `--tenant ${tenant.id}, or for all its numbers: dialplane tenant defaults set ${tenant.id} --file <yaml>`;
  return { reason, message, hint };
}

function prefixOf(number: string, prefixes: readonly string[]): string | undefined {
  for (const prefix of prefixes) if (number.startsWith(prefix)) return prefix;
  return undefined;
}

function whatItIs({ country, countryCallingCode, kind }: NumberClass): string {
  return `a number of ${country ?? `+${countryCallingCode}`}, ${kind.replaceAll('_', ' ')}`;
}

function countriesOfCodes(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { country, countryCallingCode } of NUMBER_PLAN.classes) {
    if (country === undefined) continue;
    found.set(countryCallingCode, (found.get(countryCallingCode) ?? new Set()).add(country));
  }
  return new Map([...found].map(([code, countries]) => [code, [...countries]]));
}
