import type { LiveKitCredential } from '@dialplane/tenancy';

/** A config as `--json` prints it: all of it but the secret. */
export function describeConfig({ apiSecretSealed, ...config }: LiveKitCredential) {
  return { ...config, apiSecret: apiSecretSealed === null ? null : { sealedWith: apiSecretSealed.kid } };
}

/** The same for people. */
export function configFields(config: LiveKitCredential) {
  return {
    id: config.id,
    owner: config.tenantId === null ? 'operator: any tenant may use it' : `tenant ${config.tenantId}`,
    url: config.url,
    'api key': config.apiKey,
    'api secret': config.apiSecretSealed === null ? 'none' : `sealed with key ${config.apiSecretSealed.kid}`,
    trunk: config.sipTrunkId,
    'agent name': config.agentName,
    'dial mode': config.dialMode,
    'job metadata': config.jobMetadataTemplate === null ? "Dialplane's own" : 'a template of its own',
    active: config.isActive ? 'yes' : 'no',
  };
}
