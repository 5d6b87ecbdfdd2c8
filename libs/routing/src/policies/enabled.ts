import { headersOf } from '../headers-of.ts';
import type { Candidate, Objection, Policy, RoutingCall } from '../policy.ts';
import { assignOne, configProblem, trunkOfAnother } from './config-problem.ts';
import { filterCandidates } from './filter-candidates.ts';
import { knownProblem } from './known-configs.ts';
import { listSome } from './list-some.ts';
import { nameWay } from './name-way.ts';
import { trunkCommand } from './trunk-command.ts';

/** Takes the ways whose LiveKit config, deployment and trunk are there, may be used by the tenant, and are switched on. */
export const enabled: Policy = {
  step: 'enabled',
  apply: (call, candidates) => filterCandidates(call, candidates, judge),
  describe: (_call, candidates, result) => ({
    lookedAt: listSome(candidates, nameWay),
    concluded: `can be used: ${listSome(result?.candidates ?? candidates, nameOwned)}`,
  }),
};

function judge({ tenant }: RoutingCall, candidate: Candidate): Objection | undefined {
  // For what else the environment names, the operator who set it up answers.
  if (candidate.from === 'environment') return trunkOfAnother(candidate.trunk, tenant.id);
  const { known, sipTrunkId } = candidate;
  if (known === undefined) return NO_CONFIG;
  const isOwnTrunk = sipTrunkId === known.sipTrunkId;
  const problem = isOwnTrunk ? knownProblem(known, tenant.id) : configProblem(candidate, tenant.id);
  return problem ?? headersProblem(candidate);
}

const NO_CONFIG: Objection = {
  reason: 'no_livekit_config',
  tell: (call) => ({ message: 'The carrier names no LiveKit config.', hint: `Give it one: ${assignOne(call)}` }),
};

function headersProblem(candidate: Candidate): Objection | undefined {
  const profile = candidate.carrier?.headerProfile;
  return profile === undefined || headersOf(candidate) !== undefined ? undefined : NO_PROFILE;
}

const NO_PROFILE: Objection = {
  reason: 'header_profile_not_found',
  tell: ({ tenant }, { carrier, trunk, sipTrunkId = '', deploymentOrigin = '' }) => {
    const set = trunkCommand(sipTrunkId, deploymentOrigin, trunk === undefined ? tenant.id : trunk.tenantId);
    return {
      message: `Neither trunk ${sipTrunkId} nor its deployment has the header profile ${carrier?.headerProfile}.`,
      hint: `Add it to the trunk: ${set} --headers <file>; or to the deployment: dialplane deployment set ${deploymentOrigin} --headers <file>`,
    };
  },
};

function nameOwned(candidate: Candidate): string {
  const { config } = candidate;
  if (config === undefined) return nameWay(candidate);
  return `${nameWay(candidate)} (${config.name}, ${config.tenantId === null ? "an operator's" : "the tenant's own"})`;
}
