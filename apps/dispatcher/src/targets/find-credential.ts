import { RouteSource } from '@dialplane/contracts';
import type { Route, Target } from '@dialplane/contracts';
import type { FoundTarget, TargetReader } from '@dialplane/database';

import type { EnvironmentCredential } from '../config.ts';
import { configChanged } from '../refusals/config-changed.ts';
import { configUnusable } from '../refusals/config-unusable.ts';
import type { OpenSecret } from './create-open-secret.ts';
import { originOf } from './origin-of.ts';

export interface CredentialSources {
  readonly targets: TargetReader;
  readonly openSecret: OpenSecret;
  readonly environmentCredential: EnvironmentCredential | undefined;
}

/** A target as the router names it, or as it was frozen. */
export type WantedTarget = Pick<Target, 'livekitConfigId' | 'deployment' | 'sipTrunkId' | 'agentName'>;

export type StoredConfig = NonNullable<FoundTarget['config']>;

export type FoundCredential =
  | { readonly kind: 'environment'; readonly credential: EnvironmentCredential }
  | { readonly kind: 'config'; readonly config: StoredConfig; readonly trunk: FoundTarget['trunk'] };

/**
 * Finds a target's credential, still sealed, in the dispatcher's own sources: what the router says is never enough to
 * send a secret somewhere. Throws CONFIG_CHANGED when it is for another server, or the environment's trunk is another
 * tenant's, and CONFIG_UNUSABLE when the environment has none for that server.
 */
export async function findCredential(
  sources: CredentialSources,
  tenantId: string,
  source: Route['source'],
  target: WantedTarget,
): Promise<FoundCredential> {
  if (source === RouteSource.ENVIRONMENT && target.livekitConfigId === '')
    return { kind: 'environment', credential: await inEnvironment(sources, tenantId, target) };
  if (source === RouteSource.DATABASE && target.livekitConfigId !== '') {
    const { config, trunk } = await sources.targets.read(tenantId, target);
    if (config === undefined || originOf(config.url) !== target.deployment) throw configChanged();
    return { kind: 'config', config, trunk };
  }
  throw new Error(`The router names source ${source} with LiveKit config ${JSON.stringify(target.livekitConfigId)}.`);
}

async function inEnvironment(
  { environmentCredential, targets }: CredentialSources,
  tenantId: string,
  target: WantedTarget,
): Promise<EnvironmentCredential> {
  const hint = 'Operators: set ENVIRONMENT_FALLBACK and LIVEKIT_URL to the same values for router and dispatcher.';
  if (environmentCredential === undefined) {
    throw configUnusable(
      'The router fell back to the environment, and the dispatcher has no credentials there.',
      hint,
      'dialplane',
    );
  }
  if (environmentCredential.deployment !== target.deployment) {
    throw configUnusable('Router and dispatcher have different servers in their environments.', hint, 'dialplane');
  }
  // As the router has it: for a trunk that is registered to nobody else the operator answers.
  const { trunk } = await targets.read(tenantId, { ...target, livekitConfigId: null });
  if (trunk.owner === 'foreign') throw configChanged();
  return environmentCredential;
}
