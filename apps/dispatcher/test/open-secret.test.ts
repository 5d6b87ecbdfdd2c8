import { expect, test } from '@jest/globals';
import type { SealedSecret, SecretContext } from '@dialplane/secrets';

import { createOpenSecret } from '../src/targets/create-open-secret.ts';

const CONTEXT: SecretContext = { tenantId: 'tenant', configId: 'config', field: 'api_secret' };
const sealed = (jwe: string): SealedSecret => ({ kid: 'k1', wrappedDek: 'dek', jwe });

function opening() {
  let opened = 0;
  const open = createOpenSecret({
    open: async ({ jwe }, { tenantId, configId }) => {
      opened++;
      if (jwe === 'damaged') throw new Error('does not open');
      return `${jwe} of ${tenantId} ${configId}`;
    },
  });
  return { open, opened: () => opened };
}

test('the same secret is opened once', async () => {
  const { open, opened } = opening();
  expect(await open(sealed('one'), CONTEXT)).toBe('one of tenant config');
  expect(await open(sealed('one'), CONTEXT)).toBe('one of tenant config');
  expect(opened()).toBe(1);
});

test.each<[string, SealedSecret, SecretContext]>([
  ['was replaced', sealed('two'), CONTEXT],
  ['was moved to another config', sealed('one'), { ...CONTEXT, configId: 'other' }],
  ['was moved to another tenant', sealed('one'), { ...CONTEXT, tenantId: 'other' }],
  ["was made an operator's", sealed('one'), { ...CONTEXT, tenantId: null }],
  ['was wrapped by another key', { ...sealed('one'), kid: 'k2' }, CONTEXT],
])('one that %s is another', async (_, secret, context) => {
  const { open, opened } = opening();
  await open(sealed('one'), CONTEXT);
  await open(secret, context);
  expect(opened()).toBe(2);
});

test('one that does not open is tried again', async () => {
  const { open, opened } = opening();
  await expect(open(sealed('damaged'), CONTEXT)).rejects.toThrow('does not open');
  await expect(open(sealed('damaged'), CONTEXT)).rejects.toThrow('does not open');
  expect(opened()).toBe(2);
});

test('the ones used longest ago are forgotten', async () => {
  const { open, opened } = opening();
  for (let n = 0; n <= 1_000; n++) await open(sealed(`${n}`), CONTEXT);
  await open(sealed('1000'), CONTEXT);
  expect(opened()).toBe(1_001);
  await open(sealed('0'), CONTEXT);
  expect(opened()).toBe(1_002);
});
