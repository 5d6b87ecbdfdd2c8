import type { Store } from '../wire.ts';
import type { Usable } from './dangling-names.ts';

/** Everything that the rules of the tenant's numbers may name. */
export async function readUsable(store: Store, tenantId: string): Promise<Usable> {
  const [configs, trunks, deployments, numbers] = await Promise.all([
    store.configs.list(tenantId),
    store.trunks.list(tenantId),
    store.deployments.list(),
    store.numbers.list(tenantId),
  ]);
  return { tenantId, configs, trunks, deployments, numbers };
}
