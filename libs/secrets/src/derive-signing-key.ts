import type { webcrypto } from 'node:crypto';

import type { KeyEncryptionKey } from './key-encryption-key.ts';

/**
 * A key for HMAC-SHA-256 that follows from the key-encryption key and a purpose (HKDF): the same in every process
 * that holds the same key-encryption key, and telling nothing of it or of the key for another purpose. Its bytes
 * cannot be read out.
 */
export function deriveSigningKey({ root }: KeyEncryptionKey, purpose: string): Promise<webcrypto.CryptoKey> {
  const info = new TextEncoder().encode(`dialplane ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    root,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}
