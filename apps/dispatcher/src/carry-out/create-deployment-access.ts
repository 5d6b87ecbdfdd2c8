import type { Call, FrozenTarget } from '@dialplane/calls';
import { RouteSource } from '@dialplane/contracts';
import { createLiveKitClient } from '@dialplane/livekit';

import type { CarryOutParts } from './parts.ts';
import { reportHealth } from './report-health.ts';
import type { Health } from './report-health.ts';
import type { CredentialSources, WantedTarget } from '../targets/find-credential.ts';
import { followCredential } from '../targets/follow-credential.ts';
import type { DeploymentCredential } from '../targets/open-credential.ts';
import { originOf } from '../targets/origin-of.ts';
import { readCredential } from '../targets/read-credential.ts';

export type DeploymentAccess = Pick<CarryOutParts, 'connect' | 'readCredential' | 'followCredential'>;

/** The way to the deployments of calls. `lastUsed`: kept up to date with the last credential used for each origin. */
export function createDeploymentAccess(
  sources: CredentialSources,
  health: Health,
  lastUsed: Map<string, DeploymentCredential>,
): DeploymentAccess {
  return {
    connect: (credential) => {
      lastUsed.set(originOf(credential.url), credential);
      return reportHealth(createLiveKitClient(credential), credential.url, health);
    },
    readCredential: (call, target) => readCredential(sources, call.tenantId, sourceOf(call), wanted(target)),
    followCredential: (call, target) => followCredential(sources, call.tenantId, sourceOf(call), wanted(target)),
  };
}

const sourceOf = ({ source }: Call): RouteSource =>
  source === 'environment' ? RouteSource.ENVIRONMENT : RouteSource.DATABASE;

function wanted({ livekitConfigId, serverUrl, sipTrunkId, agentName }: FrozenTarget): WantedTarget {
  return { livekitConfigId: livekitConfigId ?? '', deployment: originOf(serverUrl), sipTrunkId, agentName };
}
