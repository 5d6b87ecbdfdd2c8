import { readRules, readServerUrl } from '@dialplane/tenancy';
import type { Trunk } from '@dialplane/tenancy';

import type { Store } from '../wire.ts';

/** Why no call of the tenant's goes over the trunk as things are, and what to do; null: something names it. */
export async function uselessTrunk(
  { configs, numbers }: Pick<Store, 'configs' | 'numbers'>,
  tenantId: string,
  { sipTrunkId, deploymentOrigin }: Trunk,
): Promise<string | null> {
  const there = (await configs.list(tenantId)).filter(({ url }) => {
    const server = readServerUrl(url);
    return server.kind === 'ok' && server.serverUrl.origin === deploymentOrigin;
  });
  if (there.length === 0)
    return `no LiveKit config is on ${deploymentOrigin}, so nothing uses the trunk: dialplane config list --tenant ${tenantId}`;
  const ofConfigs = there.map((config) => config.sipTrunkId);
  const ofRules = (await numbers.list(tenantId)).flatMap(({ rules }) => {
    const reading = readRules(rules);
    return reading.kind === 'ok' ? reading.value.carriers.map((carrier) => carrier.sipTrunkId) : [];
  });
  const known = new Set([...ofConfigs, ...ofRules].filter((id) => id !== undefined && id !== null));
  if (known.has(sipTrunkId)) return null;
  const named = known.size === 0 ? '' : `; they name ${[...known].join(', ')}`;
  return `no LiveKit config on ${deploymentOrigin} and no rules of the tenant's name ${sipTrunkId} yet${named}`;
}
