import { RouteSource } from '@dialplane/contracts';
import { createLiveKitClient } from '@dialplane/livekit';

import type { CarryOutParts } from './parts.ts';
import { reportHealth } from './report-health.ts';
import type { Health } from './report-health.ts';
import { originOf } from '../targets/origin-of.ts';
import { readCredential } from '../targets/read-credential.ts';
import type { CredentialSources, OpenedCredential } from '../targets/read-credential.ts';

export type DeploymentAccess = Pick<CarryOutParts, 'connect' | 'readCredential'>;

/** The way to the deployments of calls. `lastUsed`: kept up to date with the last credential used for each origin. */
export function createDeploymentAccess(
  sources: CredentialSources,
  health: Health,
  lastUsed: Map<string, OpenedCredential>,
): DeploymentAccess {
  return {
    connect: (credential) => {
      lastUsed.set(originOf(credential.url), credential);
      return reportHealth(createLiveKitClient(credential), credential.url, health);
    },
    readCredential: ({ tenantId, source }, target, use) =>
      readCredential(
        sources,
        tenantId,
        source === 'environment' ? RouteSource.ENVIRONMENT : RouteSource.DATABASE,
        { ...target, livekitConfigId: target.livekitConfigId ?? '', deployment: originOf(target.serverUrl) },
        use,
      ),
  };
}
