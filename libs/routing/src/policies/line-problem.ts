import type { KnownConfig } from '../known-config.ts';
import type { Objection } from '../policy.ts';
import type { ConfigEntry, TrunkEntry } from '../routing-view.ts';
import { trunkCommand } from './trunk-command.ts';

/**
 * What is wrong with a config's deployment or trunk, which is no other tenant's; undefined when nothing is. A trunk
 * must be the config's own or registered for the deployment.
 */
export function lineProblem(
  { deployment, deploymentOrigin: origin = '', trunk, sipTrunkId = '' }: KnownConfig,
  config: ConfigEntry,
): Objection | undefined {
  if (deployment?.isActive === false) {
    return {
      reason: 'deployment_disabled',
      tell: () => ({
        message: `The deployment ${origin} is switched off.`,
        hint: `Switch it on: dialplane deployment set ${origin} --enable`,
      }),
    };
  }
  if (deployment?.facts.kind === 'problem') {
    const { problem } = deployment.facts;
    return {
      reason: 'trunk_invalid',
      tell: () => ({
        message: `The row of deployment ${origin} is malformed: ${problem}.`,
        hint: `Mend it: dialplane deployment set ${origin} --limits <file> --headers <file>`,
      }),
    };
  }
  if (trunk !== undefined) return trunkProblem(trunk);
  if (sipTrunkId === config.sipTrunkId) return undefined;
  return {
    reason: 'trunk_not_found',
    tell: ({ tenant }) => ({
      message: `Trunk ${sipTrunkId} is neither the one of LiveKit config ${config.name} nor registered for ${origin}.`,
      hint: `Register it: ${trunkCommand(sipTrunkId, origin, tenant.id)}`,
    }),
  };
}

function trunkProblem({ sipTrunkId, deploymentOrigin, tenantId, isActive, facts }: TrunkEntry): Objection | undefined {
  if (!isActive) {
    return {
      reason: 'trunk_disabled',
      tell: () => ({
        message: `Trunk ${sipTrunkId} is switched off.`,
        hint: `Switch it on: ${trunkCommand(sipTrunkId, deploymentOrigin, tenantId)} --enable`,
      }),
    };
  }
  if (facts.kind === 'ok') return undefined;
  return {
    reason: 'trunk_invalid',
    tell: () => ({
      message: `The row of trunk ${sipTrunkId} is malformed: ${facts.problem}.`,
      hint: `Mend it: ${trunkCommand(sipTrunkId, deploymentOrigin, tenantId)} --limits <file> --headers <file>`,
    }),
  };
}
