import type { Snapshot } from '@dialplane/routing';

import type { Store } from '../wire.ts';

/** What expectations may name that is in no answer. */
export interface Names {
  configName(tenantId: string, configId: string): Promise<string | undefined>;
  region(deploymentOrigin: string): Promise<string | undefined>;
}

export const namesOfSnapshot = (snapshot: Snapshot): Names => ({
  configName: async (_, configId) => snapshot.config(configId)?.name,
  region: async (origin) => snapshot.deployment(origin)?.region ?? undefined,
});

/** From the database, which is opened only when something has to be looked up. */
export function namesOfStore(store: () => Promise<Store>): Names {
  const configs = new Map<string, Promise<ReadonlyMap<string, string>>>();
  let regions: Promise<ReadonlyMap<string, string | null>> | undefined;
  const configsOf = async (tenantId: string) =>
    new Map((await (await store()).configs.list(tenantId)).map(({ id, name }) => [id, name]));
  const allRegions = async () =>
    new Map((await (await store()).deployments.list()).map(({ origin, region }) => [origin, region]));
  return {
    configName: async (tenantId, configId) => {
      const known = configs.get(tenantId) ?? configsOf(tenantId);
      configs.set(tenantId, known);
      return (await known).get(configId);
    },
    region: async (origin) => (await (regions ??= allRegions())).get(origin) ?? undefined,
  };
}
