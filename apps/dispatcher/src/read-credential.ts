import { StatusError } from '@dialplane/grpc';
import { SecretUnreadableError } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';
import type { LiveKitConfigRepository } from '@dialplane/tenancy';

import type { EnvironmentCredential } from './config.ts';

/** What it takes to act on a deployment for one call. */
export interface OpenedCredential {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The shape that the workers expect their job's metadata in; null for Dialplane's own. */
  readonly jobMetadataTemplate: unknown;
}

export interface CredentialSources {
  readonly configs: Pick<LiveKitConfigRepository, 'credential'>;
  readonly secretBox: SecretBox;
  readonly environmentCredential: EnvironmentCredential | undefined;
}

/**
 * Reads a target's URL, key and secret from the dispatcher's own sources: what the router says is never enough
 * to send a secret somewhere. An empty config id means the environment fallback. Throws CONFIG_UNUSABLE.
 */
export async function readCredential(sources: CredentialSources, tenantId: string, configId: string): Promise<OpenedCredential> {
  if (configId === '') {
    const { environmentCredential } = sources;
    if (environmentCredential === undefined) {
      throw unusable('The router fell back to the environment, and the dispatcher has no credentials there.',
        'Set ENVIRONMENT_FALLBACK to the same value for router and dispatcher.');
    }
    return { ...environmentCredential, jobMetadataTemplate: null };
  }
  const config = await sources.configs.credential(tenantId, configId);
  if (config === undefined || !config.isActive) {
    throw unusable(`LiveKit config ${configId} is no longer there for this tenant.`, 'Ask again: the router will decide anew.');
  }
  const { url, apiKey, apiSecretSealed, jobMetadataTemplate } = config;
  const owner = config.tenantId === null ? '--operator' : `--tenant ${config.tenantId}`;
  const reseal = `Seal its secret: dialplane config update ${configId} ${owner} --secret-stdin`;
  if (apiSecretSealed === null || !apiKey) throw unusable(`LiveKit config ${configId} has no sealed secret.`, reseal);
  try {
    const context = { tenantId: config.tenantId, configId: config.id, field: 'api_secret' } as const;
    return { url, apiKey, apiSecret: await sources.secretBox.open(apiSecretSealed, context), jobMetadataTemplate };
  } catch (error) {
    if (error instanceof SecretUnreadableError) throw unusable(`The secret of LiveKit config ${configId} cannot be opened.`, reseal);
    throw error;
  }
}

function unusable(message: string, hint: string): StatusError {
  return new StatusError({ code: 'FAILED_PRECONDITION', reason: 'CONFIG_UNUSABLE', message, fault: 'tenant_configuration', retryable: false, hint });
}
