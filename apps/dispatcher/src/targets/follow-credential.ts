import type { Route } from '@dialplane/contracts';

import { findCredential } from './find-credential.ts';
import type { CredentialSources, WantedTarget } from './find-credential.ts';
import { openCredential } from './open-credential.ts';
import type { DeploymentCredential } from './open-credential.ts';

/**
 * Reads URL, key and secret to go on with what was begun on a target. The server must be the same, and nothing else: a
 * call under way is ended properly on a config that was switched off since, in the dial mode that it was begun in.
 * Throws CONFIG_CHANGED when it is another, and CONFIG_UNUSABLE when there is nothing to open.
 */
export async function followCredential(
  sources: CredentialSources,
  tenantId: string,
  source: Route['source'],
  target: WantedTarget,
): Promise<DeploymentCredential> {
  return openCredential(sources.openSecret, await findCredential(sources, tenantId, source, target));
}
