import { DIAL_MODES, isAgentName, isSipTrunkId } from '@dialplane/tenancy';

import type { KnownConfig } from '../known-config.ts';
import type { Candidate, Objection, RoutingCall } from '../policy.ts';
import type { ConfigEntry, TrunkEntry } from '../routing-view.ts';
import { lineProblem } from './line-problem.ts';
import { trunkCommand } from './trunk-command.ts';

/**
 * What speaks against a tenant's calls over a LiveKit config, its server and a trunk; undefined when nothing does. It
 * looks at nothing else, so that the answer can be remembered. What belongs to another tenant is not looked at any
 * further, so that nothing of it is told.
 */
export function configProblem(way: KnownConfig, tenantId: string): Objection | undefined {
  const { config, trunk } = way;
  if (config === undefined) return NOT_FOUND;
  if (config.tenantId !== null && config.tenantId !== tenantId) return OF_ANOTHER;
  return trunkOfAnother(trunk, tenantId) ?? ownProblem(way, config) ?? lineProblem(way, config);
}

const NOT_FOUND: Objection = {
  reason: 'config_not_found',
  tell: (call, { livekitConfigId }) => ({
    message: `There is no LiveKit config ${livekitConfigId}.`,
    hint: `Assign one that exists: ${assignOne(call)}`,
  }),
};

const OF_ANOTHER: Objection = {
  reason: 'config_of_another_tenant',
  tell: (call, { livekitConfigId }) => ({
    message: `LiveKit config ${livekitConfigId} belongs to another tenant.`,
    hint: `Assign one of this tenant's: ${assignOne(call)}`,
  }),
};

/** Whoever names it. */
export function trunkOfAnother(trunk: TrunkEntry | undefined, tenantId: string): Objection | undefined {
  if (trunk === undefined || trunk.tenantId === null || trunk.tenantId === tenantId) return undefined;
  return {
    reason: 'trunk_of_another_tenant',
    tell: (call, candidate) => ({
      message: `Trunk ${trunk.sipTrunkId} belongs to another tenant.`,
      hint: `Name another trunk: ${nameAnother(call, candidate, trunk)}`,
    }),
  };
}

function nameAnother({ number, tenant }: RoutingCall, { config, carrier }: Candidate, trunk: TrunkEntry): string {
  if (carrier?.sipTrunkId !== undefined)
    return `dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`;
  if (config !== undefined) return `${update(config)} --trunk <ST_…>`;
  return `in the router's environment, or let every tenant use it: ${trunkCommand(trunk.sipTrunkId, trunk.deploymentOrigin, null)}`;
}

function ownProblem({ sipTrunkId }: KnownConfig, config: ConfigEntry): Objection | undefined {
  const { agentName, server } = config;
  if (!config.isActive) {
    return {
      reason: 'config_disabled',
      tell: () => ({
        message: `LiveKit config ${config.name} is switched off.`,
        hint: `Switch it on: ${update(config)} --enable`,
      }),
    };
  }
  if (server.kind === 'problem')
    return incomplete(config, `an unusable URL: ${server.problem}`, 'another', '--url <url>');
  if (sipTrunkId === undefined) return incomplete(config, 'no trunk', 'one', '--trunk <ST_…>');
  if (!isSipTrunkId(sipTrunkId)) {
    const what = 'a trunk id that is none of LiveKit: those begin with ST_';
    return incomplete(config, what, 'another', '--trunk <ST_…>');
  }
  if (!agentName || !isAgentName(agentName))
    return incomplete(config, 'no usable agent name', 'one', '--agent-name <name>');
  if (!DIAL_MODES.some((mode) => mode === config.dialMode)) {
    return {
      reason: 'dial_mode_unsupported',
      tell: () => ({
        message: `The dial mode ${config.dialMode} of LiveKit config ${config.name} is not known.`,
        hint: `Set one of ${DIAL_MODES.join(', ')}: ${update(config)} --dial-mode <mode>`,
      }),
    };
  }
  return undefined;
}

const incomplete = (config: ConfigEntry, what: string, which: string, option: string): Objection => ({
  reason: 'config_incomplete',
  tell: () => ({
    message: `LiveKit config ${config.name} has ${what}.`,
    hint: `Set ${which}: ${update(config)} ${option}`,
  }),
});

const update = ({ id, tenantId }: ConfigEntry): string =>
  `dialplane config update ${id}${tenantId === null ? ' --operator' : ` --tenant ${tenantId}`}`;

export const assignOne = ({ number, tenant }: RoutingCall): string =>
  `dialplane number assign ${number.e164} --config <config id> --tenant ${tenant.id}`;
