import { expect, test } from '@jest/globals';

import {
  createLocalKeyWrapper,
  createSecretBox,
  importKeyEncryptionKey,
  rewrap,
  SecretUnreadableError,
} from '../src/index.ts';

const CONTEXT = { tenantId: null, configId: '22222222-2222-4222-8222-222222222222', field: 'api_secret' } as const;
const wrapperOf = async (fill: number) =>
  createLocalKeyWrapper(await importKeyEncryptionKey(new Uint8Array(32).fill(fill)));

test('after re-wrapping, the new key opens what the old one no longer does, and the JWE is the same', async () => {
  const [from, to] = [await wrapperOf(1), await wrapperOf(2)];
  const sealed = await createSecretBox(from).seal('the secret', CONTEXT);
  const moved = await rewrap(sealed, from, to);
  expect(moved).toEqual({ kid: to.kid, wrappedDek: expect.any(String), jwe: sealed.jwe });
  expect(moved.wrappedDek).not.toBe(sealed.wrappedDek);
  expect(await createSecretBox(to).open(moved, CONTEXT)).toBe('the secret');
  await expect(createSecretBox(from).open(moved, CONTEXT)).rejects.toMatchObject({ kind: 'unknown_key' });
});

test('re-wrapping needs the key that the secret was sealed under', async () => {
  const [from, to] = [await wrapperOf(1), await wrapperOf(2)];
  const sealed = await createSecretBox(from).seal('the secret', CONTEXT);
  await expect(rewrap(sealed, to, from)).rejects.toThrow(SecretUnreadableError);
});
