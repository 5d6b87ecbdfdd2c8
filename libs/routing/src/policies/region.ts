import type { Candidate, Objection, Policy, RoutingCall } from '../policy.ts';
import { filterCandidates } from './filter-candidates.ts';
import { listSome } from './list-some.ts';
import { nameWay } from './name-way.ts';

/** Takes the ways over deployments of the region that the rules, or else the tenant's defaults, pin calls to. */
export const region: Policy = {
  step: 'region',
  apply: (call, candidates) => (pinnedTo(call) === undefined ? undefined : filterCandidates(call, candidates, judge)),
  describe: (call, candidates, result) => {
    const pinned = pinnedTo(call);
    if (pinned === undefined) return { lookedAt: 'region', concluded: 'calls are pinned to none' };
    return {
      lookedAt: `region ${pinned}, ${call.rules.region === undefined ? "the tenant's default" : "the number's"}`,
      concluded: `in it: ${listSome(result?.candidates ?? candidates, nameWay)}`,
    };
  },
};

const pinnedTo = ({ rules, defaults }: RoutingCall): string | undefined => rules.region ?? defaults.region;

function judge(call: RoutingCall, { deployment }: Candidate): Objection | undefined {
  return (deployment?.region ?? undefined) === pinnedTo(call) ? undefined : ELSEWHERE;
}

const ELSEWHERE: Objection = { reason: 'no_deployment_in_region', tell };

function tell(call: RoutingCall, { deployment, deploymentOrigin }: Candidate): ReturnType<Objection['tell']> {
  const pinned = pinnedTo(call);
  const actual = deployment?.region ?? undefined;
  const change =
    call.rules.region === undefined
      ? `dialplane tenant defaults set ${call.tenant.id} --file <yaml>`
      : `dialplane number rules set ${call.number.e164} --file <yaml> --tenant ${call.tenant.id}`;
  return {
    message: `Calls are pinned to region ${pinned}, and deployment ${deploymentOrigin} is in ${actual === undefined ? 'no region' : `region ${actual}`}.`,
    hint: `Say where the deployment is: dialplane deployment set ${deploymentOrigin} --region ${pinned}; or change the region: ${change}`,
  };
}
