import type { LiveKitConfigRepository, LiveKitCredential } from '@dialplane/tenancy';

import { scopeFlag } from './options.ts';
import { refused } from './refusal.ts';

/** A config that the tenant may use: its own or an operator's. With null, an operator's. */
export async function findUsableConfig(
  configs: LiveKitConfigRepository,
  tenantId: string | null,
  configId: string,
): Promise<LiveKitCredential> {
  const config = await configs.credential(tenantId, configId);
  if (config === undefined) {
    throw refused(
      'config_not_found',
      `There is no LiveKit config ${configId} that ${tenantId === null ? 'belongs to the operator' : `tenant ${tenantId} may use`}.`,
      `See what there is: dialplane config list ${scopeFlag(tenantId)}`,
    );
  }
  return config;
}

/** A config that belongs to exactly this tenant, or to the operator: one that may be changed in that name. */
export async function findOwnConfig(
  configs: LiveKitConfigRepository,
  tenantId: string | null,
  configId: string,
): Promise<LiveKitCredential> {
  const config = await findUsableConfig(configs, tenantId, configId);
  if (config.tenantId !== tenantId) {
    throw refused(
      'config_of_the_operator',
      `LiveKit config ${config.name} is an operator's, which other tenants may use too. Nothing was changed.`,
      'To change it for all of them, say --operator instead of --tenant',
    );
  }
  return config;
}
