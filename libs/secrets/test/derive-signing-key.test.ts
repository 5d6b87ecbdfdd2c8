import { createHmac, hkdfSync } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { createLocalKeyWrapper, deriveSigningKey, importKeyEncryptionKey } from '../src/index.ts';

const MESSAGE = new TextEncoder().encode('message');

const kek = (fill = 7) => importKeyEncryptionKey(new Uint8Array(32).fill(fill));

async function signatureOf(fill: number, purpose: string): Promise<string> {
  const key = await deriveSigningKey(await kek(fill), purpose);
  return Buffer.from(await crypto.subtle.sign('HMAC', key, MESSAGE)).toString('hex');
}

test('the key is HKDF of the key-encryption key and the purpose, in every version', async () => {
  const bytes = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 7), '', 'dialplane agent tokens', 32));
  expect(await signatureOf(7, 'agent tokens')).toBe(createHmac('sha256', bytes).update(MESSAGE).digest('hex'));
});

test('another purpose, or another key-encryption key, has another key', async () => {
  const signatures = [
    await signatureOf(7, 'agent tokens'),
    await signatureOf(7, 'page tokens'),
    await signatureOf(8, 'agent tokens'),
  ];
  expect(new Set(signatures).size).toBe(3);
});

test('neither key can be read out, and the key-encryption key wraps as before', async () => {
  const parent = await kek();
  const key = await deriveSigningKey(parent, 'agent tokens');
  for (const held of [parent.key, parent.root, key]) {
    await expect(crypto.subtle.exportKey('raw', held)).rejects.toThrow();
  }
  const wrapper = createLocalKeyWrapper(parent);
  const dek = new Uint8Array(32).fill(1);
  expect(await wrapper.unwrap(await wrapper.wrap(dek), wrapper.kid)).toEqual(dek);
});
