import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot } from '@dialplane/routing';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

import type { Store } from '../wire.ts';

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** A tenant's configuration as a snapshot of its own: what the admin's role sees of it. */
export async function stageTenant(
  { tenants, numbers, configs, trunks, deployments, snapshotVersion }: Store,
  tenantId: string,
  change: {
    readonly rules: (number: VoiceAgentNumber) => string | null;
    readonly defaults: (text: string | null) => string | null;
  },
): Promise<Snapshot> {
  const version = await snapshotVersion();
  const [known, defaults] = [
    (await tenants.list()).find(({ id }) => id === tenantId),
    await tenants.routingDefaults(tenantId),
  ];
  const staging = emptySnapshot().stage();
  if (known !== undefined)
    staging.put('tenants', {
      id: tenantId,
      isActive: known.isActive,
      defaults: change.defaults(defaults ?? null),
    });
  for (const number of await numbers.list(tenantId))
    staging.put('voice_agent_numbers', { ...number, rules: change.rules(number) });
  for (const config of await configs.list(tenantId)) staging.put('voice_agent_livekit', config);
  for (const trunk of await trunks.list(tenantId))
    staging.put('trunks', { ...trunk, limits: json(trunk.limits), headerProfiles: json(trunk.headerProfiles) });
  for (const one of await deployments.list())
    staging.put('deployments', { ...one, limits: json(one.limits), headerProfiles: json(one.headerProfiles) });
  return staging.commit(version);
}
