import { expect, test } from '@jest/globals';
import { RouteSource } from '@dialplane/contracts';
import type { Target } from '@dialplane/contracts';
import type { TrunkStanding } from '@dialplane/database';

import type { CredentialSources } from '../src/targets/find-credential.ts';
import { readCredential } from '../src/targets/read-credential.ts';

const DEPLOYMENT = 'https://livekit.example.com';
const credential = { url: DEPLOYMENT, deployment: DEPLOYMENT, apiKey: 'key', apiSecret: 'secret' };
const target = { livekitConfigId: '', deployment: DEPLOYMENT, sipTrunkId: 'ST_environment' } as Target;

/** Sources whose trunks are all of this owner. */
const sourcesWith = (owner: TrunkStanding['owner']) =>
  ({
    environmentCredential: credential,
    targets: {
      read: async () => ({ config: undefined, trunk: { owner, active: owner === 'own' || owner === 'operator' } }),
    },
  }) as unknown as CredentialSources;
const read = (owner: TrunkStanding['owner']) =>
  readCredential(sourcesWith(owner), 'tenant', RouteSource.ENVIRONMENT, target);

test("a trunk of the environment that is registered to another tenant is no tenant's to use", async () => {
  await expect(read('foreign')).rejects.toMatchObject({ reason: 'CONFIG_CHANGED' });
});

test.each(['none', 'own', 'operator'] as const)('one whose owner is %s is used', async (owner) => {
  expect(await read(owner)).toMatchObject({ apiSecret: 'secret' });
});
