import type { Candidate, RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';
import type { ConfigEntry } from '../routing-view.ts';
import { headersOf } from '../headers-of.ts';
import { trunkCommand } from './trunk-command.ts';

/**
 * What is wrong with a candidate's deployment or trunk, which is no other tenant's; undefined when nothing is. A trunk
 * must be the config's own or registered for the deployment.
 */
export function lineProblem(call: RoutingCall, candidate: Candidate, config: ConfigEntry): Refusal | undefined {
  const { deployment, deploymentOrigin: origin = '', trunk, sipTrunkId = '', carrier } = candidate;
  const set = () => trunkCommand(sipTrunkId, origin, trunk === undefined ? call.tenant.id : trunk.tenantId);
  if (deployment?.isActive === false) {
    return {
      reason: 'deployment_disabled',
      message: `The deployment ${deployment.origin} is switched off.`,
      hint: `Switch it on: dialplane deployment set ${deployment.origin} --enable`,
    };
  }
  if (deployment?.facts.kind === 'problem') {
    return {
      reason: 'trunk_invalid',
      message: `The row of deployment ${deployment.origin} is malformed: ${deployment.facts.problem}.`,
      hint: `Mend it: dialplane deployment set ${deployment.origin} --limits <file> --headers <file>`,
    };
  }
  if (trunk === undefined) {
    if (sipTrunkId !== config.sipTrunkId) {
      return {
        reason: 'trunk_not_found',
        message: `Trunk ${sipTrunkId} is neither the one of LiveKit config ${config.name} nor registered for ${origin}.`,
        hint: `Register it: ${set()}`,
      };
    }
  } else {
    if (!trunk.isActive) {
      return {
        reason: 'trunk_disabled',
        message: `Trunk ${trunk.sipTrunkId} is switched off.`,
        hint: `Switch it on: ${set()} --enable`,
      };
    }
    if (trunk.facts.kind === 'problem') {
      return {
        reason: 'trunk_invalid',
        message: `The row of trunk ${trunk.sipTrunkId} is malformed: ${trunk.facts.problem}.`,
        hint: `Mend it: ${set()} --limits <file> --headers <file>`,
      };
    }
  }
  if (carrier?.headerProfile !== undefined && headersOf(candidate) === undefined) {
    return {
      reason: 'header_profile_not_found',
      message: `Neither trunk ${sipTrunkId} nor its deployment has the header profile ${carrier.headerProfile}.`,
      hint: `Add it to the trunk: ${set()} --headers <file>; or to the deployment: dialplane deployment set ${origin} --headers <file>`,
    };
  }
  return undefined;
}
