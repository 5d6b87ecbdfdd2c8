import { SecretUnreadableError } from '@dialplane/secrets';

import { configUnusable } from '../refusals/config-unusable.ts';
import type { OpenSecret } from './create-open-secret.ts';
import type { FoundCredential } from './find-credential.ts';
import { ownerFlag } from './owner-flag.ts';

/** What it takes to act on a deployment. */
export interface DeploymentCredential {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Opens the secret of what was found. Throws CONFIG_UNUSABLE when there is none, or it cannot be opened. */
export async function openCredential(openSecret: OpenSecret, found: FoundCredential): Promise<DeploymentCredential> {
  if (found.kind === 'environment') {
    const { url, apiKey, apiSecret } = found.credential;
    return { url, apiKey, apiSecret };
  }
  const { id, tenantId, url, apiKey, apiSecretSealed } = found.config;
  if (apiSecretSealed === null || !apiKey) {
    const reseal = `Seal its secret: dialplane config update ${id} ${ownerFlag(found.config)} --secret-stdin`;
    throw configUnusable(`LiveKit config ${id} has no sealed secret.`, reseal);
  }
  try {
    const context = { tenantId, configId: id, field: 'api_secret' } as const;
    return { url, apiKey, apiSecret: await openSecret(apiSecretSealed, context) };
  } catch (error) {
    if (!(error instanceof SecretUnreadableError)) throw error;
    const fault = error.kind === 'unknown_key' ? 'dialplane' : 'tenant_configuration';
    throw configUnusable(`The secret of LiveKit config ${id} cannot be opened.`, error.hint, fault, error);
  }
}
