import { formatDialString } from '../format-dial-string.ts';
import { classifyNumber } from '../numbers/classify-number.ts';
import type { Candidate, Objection, Policy, RoutingCall } from '../policy.ts';
import { emergencyCodeIn, isShortLikeEmergency } from './emergency-code-in.ts';
import { filterCandidates } from './filter-candidates.ts';
import { listSome } from './list-some.ts';
import { nameWay } from './name-way.ts';
import { purposeProblem } from './purpose-problem.ts';
import { trunkCommand } from './trunk-command.ts';

/**
 * Takes the ways that show a caller id of the tenant's own which the trunk may show, and that send the carrier a
 * string which is not read as an emergency number. A caller id is never judged by whether a numbering plan has it.
 */
export const callerId: Policy = {
  step: 'caller_id',
  apply: (call, candidates) => filterCandidates(call, candidates, judge),
  describe: (call, candidates, result) => ({
    lookedAt: listSome(candidates, showing),
    concluded: `may be shown: ${listSome(result?.candidates ?? candidates, (way) => `${showing(way)}, dialling ${dialled(call, way)}`, '; ')}`,
  }),
};

function judge(call: RoutingCall, candidate: Candidate): Objection | undefined {
  return (
    notOwned(call, candidate) ??
    notShown(candidate) ??
    notForPurpose(call, candidate) ??
    dialledLikeEmergency(call, candidate)
  );
}

function notOwned({ view, tenant, number }: RoutingCall, candidate: Candidate): Objection | undefined {
  const shown = candidate.callerId;
  if (shown === number.e164) return undefined;
  const own = view.numbersMeant(tenant.id, shown).some((entry) => entry.isActive && entry.e164 === shown);
  if (own) return undefined;
  return {
    reason: 'caller_id_not_owned',
    tell: () => ({
      message: `The caller id ${shown} is not an active number of the tenant.`,
      hint: `See what it has: dialplane number list --tenant ${tenant.id}; and change the rules: dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`,
    }),
  };
}

/**
 * Operators block calls from abroad that show a number of their own country, so a trunk shows the countries that
 * it is registered for and no other. Which country a number is of, its calling code says, whatever follows it.
 */
function notShown({ callerId: shown, trunk }: Candidate): Objection | undefined {
  if (trunk?.cliCountries === undefined) return undefined;
  const country = classifyNumber(shown)?.country;
  if (country !== undefined && trunk.cliCountries.includes(country)) return undefined;
  const { sipTrunkId, deploymentOrigin, tenantId, cliCountries } = trunk;
  return {
    reason: 'caller_id_not_allowed',
    tell: () => ({
      message: `Trunk ${sipTrunkId} may show caller ids of ${cliCountries.join(',') || 'no country'}; ${shown} is of ${country ?? 'none that is known'}.`,
      hint: `Name a trunk that may show it, or, if the carrier lets this one: ${trunkCommand(sipTrunkId, deploymentOrigin, tenantId)} --cli-countries ${[...cliCountries, country ?? '<country>'].join(',')}`,
    }),
  };
}

/** Where carriers show caller ids of their own, the policy `purpose` leaves it to be judged for each way. */
function notForPurpose(call: RoutingCall, candidate: Candidate): Objection | undefined {
  return call.rules.carriers.length === 0 ? undefined : purposeProblem(call, candidate.callerId);
}

/** The formatted string is what the carrier's switch reads, from the left. */
function dialledLikeEmergency(call: RoutingCall, { carrier, callerId: shown }: Candidate): Objection | undefined {
  if (carrier === undefined) return undefined;
  const { number, tenant, request } = call;
  const string = formatDialString(request.toNumber, carrier.dialFormat);
  const code = emergencyCodeIn(call, shown, string);
  const isAllTaken = carrier.dialFormat.strip >= request.toNumber.length - 1;
  const isShort = isShortLikeEmergency(call, string);
  if (code === undefined && !isAllTaken && !isShort) return undefined;
  const wrong = (): string => {
    if (code !== undefined)
      return `The carrier would be sent ${string}, which begins like the emergency number ${code}.`;
    if (isAllTaken) return "The carrier's dial format takes every digit of the callee's number away.";
    return `The carrier would be sent ${string}, which is as short as emergency numbers are.`;
  };
  return {
    reason: code === undefined && isAllTaken ? 'rules_invalid' : 'emergency_number',
    tell: () => ({
      message: wrong(),
      hint: `Change the carrier's dial_format: dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`,
    }),
  };
}

const showing = (candidate: Candidate): string => `${candidate.callerId} over ${nameWay(candidate)}`;
const dialled = ({ request }: RoutingCall, { carrier }: Candidate): string =>
  formatDialString(request.toNumber, carrier?.dialFormat);
