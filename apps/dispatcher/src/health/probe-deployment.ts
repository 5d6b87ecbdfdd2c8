import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';

import type { DeploymentCredential } from '../targets/open-credential.ts';

/**
 * Asks the deployment at this origin whether it is there, with a key that was used there. Rejects with the
 * LiveKitError; without any key too, since a deployment that nobody asked has not shown that it is back.
 */
export async function probeDeployment(
  lastUsed: ReadonlyMap<string, DeploymentCredential>,
  connect: (credential: DeploymentCredential) => Pick<LiveKitClient, 'probe'>,
  origin: string,
): Promise<void> {
  const credential = lastUsed.get(origin);
  if (credential === undefined) throw new LiveKitError('unreachable', 'not_sent', 'No key of the deployment is known.');
  await connect(credential).probe();
}
