import type { KeyEncryptionKey } from './key-encryption-key.ts';
import { UnknownKeyError } from './key-wrapper.ts';
import type { KeyWrapper } from './key-wrapper.ts';

/** Wraps data keys with A256KW (RFC 3394) under a key held in memory. */
export function createLocalKeyWrapper({ kid, key }: KeyEncryptionKey): KeyWrapper {
  return {
    kid,
    async wrap(dek) {
      const plain = await crypto.subtle.importKey('raw', new Uint8Array(dek), 'AES-GCM', true, ['encrypt']);
      return Buffer.from(await crypto.subtle.wrapKey('raw', plain, key, 'AES-KW')).toString('base64url');
    },
    async unwrap(wrapped, wrappedBy) {
      if (wrappedBy !== kid)
        throw new UnknownKeyError(`The data key is wrapped by ${wrappedBy}; this process holds ${kid}.`);
      const bytes = Buffer.from(wrapped, 'base64url');
      const plain = await crypto.subtle.unwrapKey('raw', bytes, key, 'AES-KW', 'AES-GCM', true, ['decrypt']);
      return new Uint8Array(await crypto.subtle.exportKey('raw', plain));
    },
  };
}
