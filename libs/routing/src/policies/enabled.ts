import { DIAL_MODES, isAgentName, isSipTrunkId } from '@dialplane/tenancy';

import type { Candidate, Policy, RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';
import type { ConfigEntry, TrunkEntry } from '../routing-view.ts';
import { filterCandidates } from './filter-candidates.ts';
import { listSome } from './list-some.ts';
import { nameWay } from './name-way.ts';
import { lineProblem } from './line-problem.ts';
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

/** What was in order for the tenant a moment ago is so for as long as the view lasts. */
function judge(call: RoutingCall, candidate: Candidate): Refusal | undefined {
  const { line, carrier, sipTrunkId } = candidate;
  if (line === undefined || sipTrunkId !== line.sipTrunkId || carrier?.headerProfile !== undefined)
    return lookClosely(call, candidate);
  if (line.usableBy === call.tenant) return undefined;
  const refusal = lookClosely(call, candidate);
  if (refusal === undefined) line.usableBy = call.tenant;
  return refusal;
}

/** What belongs to another tenant is not looked at any further, so that nothing of it is told. */
function lookClosely(call: RoutingCall, candidate: Candidate): Refusal | undefined {
  const { config } = candidate;
  if (candidate.from !== 'environment') {
    if (config === undefined) return notFound(call, candidate);
    if (config.tenantId !== null && config.tenantId !== call.tenant.id) return configOfAnother(call, config);
  }
  if (candidate.trunk !== undefined && candidate.trunk.tenantId !== null && candidate.trunk.tenantId !== call.tenant.id)
    return trunkOfAnother(call, candidate, candidate.trunk);
  // For what else the environment names, the operator who set it up answers.
  if (config === undefined) return undefined;
  return configProblem(candidate, config) ?? lineProblem(call, candidate, config);
}

function notFound({ number, tenant }: RoutingCall, { livekitConfigId }: Candidate): Refusal {
  const assign = assignOne(number.e164, tenant.id);
  return livekitConfigId === undefined
    ? { reason: 'no_livekit_config', message: 'The carrier names no LiveKit config.', hint: `Give it one: ${assign}` }
    : {
        reason: 'config_not_found',
        message: `There is no LiveKit config ${livekitConfigId}.`,
        hint: `Assign one that exists: ${assign}`,
      };
}

const configOfAnother = ({ number, tenant }: RoutingCall, config: ConfigEntry): Refusal => ({
  reason: 'config_of_another_tenant',
  message: `LiveKit config ${config.id} belongs to another tenant.`,
  hint: `Assign one of this tenant's: ${assignOne(number.e164, tenant.id)}`,
});

function trunkOfAnother({ number, tenant }: RoutingCall, { config, carrier }: Candidate, trunk: TrunkEntry): Refusal {
  const rules = `dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`;
  const environment = `in the router's environment, or let every tenant use it: ${trunkCommand(trunk.sipTrunkId, trunk.deploymentOrigin, null)}`;
  return {
    reason: 'trunk_of_another_tenant',
    message: `Trunk ${trunk.sipTrunkId} belongs to another tenant.`,
    hint: `Name another trunk: ${carrier?.sipTrunkId !== undefined ? rules : config === undefined ? environment : `${update(config)} --trunk <ST_…>`}`,
  };
}

function configProblem({ sipTrunkId, carrier }: Candidate, config: ConfigEntry): Refusal | undefined {
  const { agentName, server } = config;
  if (!config.isActive) {
    return {
      reason: 'config_disabled',
      message: `LiveKit config ${config.name} is switched off.`,
      hint: `Switch it on: ${update(config)} --enable`,
    };
  }
  if (server.kind === 'problem')
    return incomplete(config, `an unusable URL: ${server.problem}`, `Set another: ${update(config)} --url <url>`);
  if (sipTrunkId === undefined) return incomplete(config, 'no trunk', `Set one: ${update(config)} --trunk <ST_…>`);
  if (carrier?.sipTrunkId === undefined && !isSipTrunkId(sipTrunkId)) {
    return incomplete(
      config,
      'a trunk id that is none of LiveKit: those begin with ST_',
      `Set another: ${update(config)} --trunk <ST_…>`,
    );
  }
  if (!agentName || !isAgentName(agentName))
    return incomplete(config, 'no usable agent name', `Set one: ${update(config)} --agent-name <name>`);
  if (!DIAL_MODES.some((mode) => mode === config.dialMode)) {
    return {
      reason: 'dial_mode_unsupported',
      message: `The dial mode ${config.dialMode} of LiveKit config ${config.name} is not known.`,
      hint: `Set one that is: ${update(config)} --dial-mode ${DIAL_MODES.join('|')}`,
    };
  }
  return undefined;
}

const incomplete = (config: ConfigEntry, what: string, hint: string): Refusal => ({
  reason: 'config_incomplete',
  message: `LiveKit config ${config.name} has ${what}.`,
  hint,
});

const update = ({ id, tenantId }: ConfigEntry): string =>
  `dialplane config update ${id}${tenantId === null ? ' --operator' : ` --tenant ${tenantId}`}`;
const assignOne = (e164: string, tenantId: string): string =>
  `dialplane number assign ${e164} --config <config id> --tenant ${tenantId}`;

function nameOwned(candidate: Candidate): string {
  const { config } = candidate;
  if (config === undefined) return nameWay(candidate);
  return `${nameWay(candidate)} (${config.name}, ${config.tenantId === null ? "an operator's" : "the tenant's own"})`;
}
