import type { StoredWebhookKey } from '@dialplane/database';
import { createLocalKeyWrapper, createSecretBox, importKeyEncryptionKey } from '@dialplane/secrets';
import { expect, test } from '@jest/globals';

import { createFindWebhookKeys } from '../src/webhooks/find-webhook-keys.ts';
import type { WebhookKeysParts } from '../src/webhooks/find-webhook-keys.ts';

const CONFIG = '33333333-3333-4333-8333-333333333333';
const TENANT = '11111111-1111-4111-8111-111111111111';

const boxOf = async (fill: number) =>
  createSecretBox(createLocalKeyWrapper(await importKeyEncryptionKey(new Uint8Array(32).fill(fill))));

async function keyOf(
  url: string,
  secret: string,
  tenantId: string | null = TENANT,
  fill = 7,
): Promise<StoredWebhookKey> {
  const sealed = await (await boxOf(fill)).seal(secret, { tenantId, configId: CONFIG, field: 'api_secret' });
  return { configId: CONFIG, tenantId, url, apiSecretSealed: sealed };
}

async function finder(stored: readonly StoredWebhookKey[], change: Partial<WebhookKeysParts> = {}) {
  const asked: string[] = [];
  const byApiKey = async (apiKey: string) => {
    asked.push(apiKey);
    return stored;
  };
  const parts = { webhookKeys: { byApiKey }, openSecret: (await boxOf(7)).open, environmentCredential: undefined };
  return { asked, find: createFindWebhookKeys({ ...parts, ...change }) };
}

test('keys are told by the server that they are for; each secret once, with all whose it is', async () => {
  const stored = [
    await keyOf('wss://one.example.com', 'first'),
    await keyOf('https://one.example.com/', 'first', null),
    await keyOf('https://one.example.com', 'second'),
    await keyOf('https://two.example.com', 'first'),
  ];
  const { find } = await finder(stored);
  expect([...(await find('API'))]).toEqual([
    [
      'https://one.example.com',
      [
        { apiKey: 'API', apiSecret: 'first', owners: [TENANT, null] },
        { apiKey: 'API', apiSecret: 'second', owners: [TENANT] },
      ],
    ],
    ['https://two.example.com', [{ apiKey: 'API', apiSecret: 'first', owners: [TENANT] }]],
  ]);
});

test('a key that cannot be opened, or whose URL is none, does not stand in the way of others', async () => {
  const stored = [
    await keyOf('https://one.example.com', 'sealed under another key', TENANT, 8),
    { ...(await keyOf('https://one.example.com', 'moved')), tenantId: null },
    await keyOf('not a URL', 'first'),
    await keyOf('https://two.example.com', 'first'),
  ];
  expect([...(await (await finder(stored)).find('API')).keys()]).toEqual(['https://two.example.com']);
});

test("the environment's key counts as well", async () => {
  const environmentCredential = {
    url: 'wss://environment.example.com',
    deployment: 'https://environment.example.com',
    apiKey: 'APIenvironment',
    apiSecret: 'first',
  };
  const { find } = await finder([], { environmentCredential });
  expect([...(await find('APIenvironment'))]).toEqual([
    ['https://environment.example.com', [{ apiKey: 'APIenvironment', apiSecret: 'first', owners: [null] }]],
  ]);
  expect((await find('API')).size).toBe(0);
});

test('what was found is used for a while, and a failure is not', async () => {
  const { find, asked } = await finder([await keyOf('https://one.example.com', 'first')]);
  await Promise.all([find('API'), find('API')]);
  await find('API');
  expect(asked).toEqual(['API']);

  let isAway = true;
  const byApiKey = async () => {
    if (isAway) throw new Error('the database is away');
    return [];
  };
  const failing = await finder([], { webhookKeys: { byApiKey } });
  await expect(failing.find('API')).rejects.toThrow('away');
  isAway = false;
  expect((await failing.find('API')).size).toBe(0);
});

test('names that nobody has do not pile up', async () => {
  const { find, asked } = await finder([]);
  for (let at = 0; at < 1_500; at++) await find(`API${at}`);
  await find('API1499');
  expect(asked).toHaveLength(1_500);
  await find('API0');
  expect(asked).toHaveLength(1_501);
});
