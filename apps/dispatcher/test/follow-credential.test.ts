import { expect, test } from '@jest/globals';
import { RouteSource } from '@dialplane/contracts';

import type { CredentialSources } from '../src/targets/find-credential.ts';
import { followCredential } from '../src/targets/follow-credential.ts';
import { readCredential } from '../src/targets/read-credential.ts';

const DEPLOYMENT = 'https://livekit.example.com';
const CONFIG = '77777777-7777-4777-8777-777777777777';
const target = { livekitConfigId: CONFIG, deployment: DEPLOYMENT, sipTrunkId: 'ST_1', agentName: 'front-desk' };
const CREDENTIAL = { url: DEPLOYMENT, apiKey: 'key', apiSecret: 'secret' };

const config = {
  id: CONFIG,
  tenantId: null,
  url: DEPLOYMENT,
  apiKey: 'key',
  apiSecretSealed: {},
  sipTrunkId: 'ST_1',
  agentName: 'front-desk',
  isActive: true,
  dialMode: 'claiming',
  jobMetadataTemplate: null,
};
const sourcesWith = (change: Partial<typeof config>) =>
  ({
    environmentCredential: undefined,
    openSecret: async () => 'secret',
    targets: { read: async () => ({ config: { ...config, ...change }, trunk: { owner: 'none', active: false } }) },
  }) as unknown as CredentialSources;
const read = (change: Partial<typeof config>) =>
  readCredential(sourcesWith(change), 'tenant', RouteSource.DATABASE, target);
const follow = (change: Partial<typeof config>) =>
  followCredential(sourcesWith(change), 'tenant', RouteSource.DATABASE, target);

test('to begin on a target there is the dial mode besides; to go on there, the credential alone', async () => {
  expect(await read({})).toEqual({ ...CREDENTIAL, dialMode: 'claiming', jobMetadataTemplate: null });
  expect(await follow({})).toEqual(CREDENTIAL);
});

test.each([
  ['that was switched off', { isActive: false }, 'CONFIG_CHANGED'],
  ['that got another agent', { agentName: 'night-desk' }, 'CONFIG_CHANGED'],
  ['that got another trunk', { sipTrunkId: 'ST_2' }, 'CONFIG_CHANGED'],
  ['whose dial mode is not known', { dialMode: 'other' }, 'CONFIG_UNUSABLE'],
])('a call under way goes on on a config %s, on which none is begun', async (_, change, reason) => {
  await expect(read(change)).rejects.toMatchObject({ reason });
  expect(await follow(change)).toEqual(CREDENTIAL);
});

test('nothing goes on at another server', async () => {
  await expect(follow({ url: 'https://other.example.com' })).rejects.toMatchObject({ reason: 'CONFIG_CHANGED' });
});
