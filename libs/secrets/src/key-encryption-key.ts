import type { webcrypto } from 'node:crypto';

/** Bytes of a key. */
export const KEY_BYTES = 32;

/** A key that wraps data keys, and that others follow from. Its bytes cannot be read out again. */
export interface KeyEncryptionKey {
  /** Derived from the key: the same key has the same id everywhere. */
  readonly kid: string;
  readonly key: webcrypto.CryptoKey;
  /** The same bytes, for HKDF. */
  readonly root: webcrypto.CryptoKey;
}

/** Takes exactly 32 bytes, and wipes them. */
export async function importKeyEncryptionKey(bytes: Uint8Array<ArrayBuffer>): Promise<KeyEncryptionKey> {
  if (bytes.length !== KEY_BYTES)
    throw new TypeError(`A key-encryption key has ${KEY_BYTES} bytes, not ${bytes.length}.`);
  const digest = await crypto.subtle.digest('SHA-256', Buffer.concat([Buffer.from('dialplane kid\0'), bytes]));
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-KW', false, ['wrapKey', 'unwrapKey']);
  const root = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  bytes.fill(0);
  return { kid: `local-${Buffer.from(digest).toString('hex', 0, 8)}`, key, root };
}
