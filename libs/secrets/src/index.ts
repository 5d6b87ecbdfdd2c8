/** Seals and opens secrets. KEK: key-encryption key; DEK: data-encryption key; `kid`: the KEK's id. */
export { createKeyFile } from './create-key-file.ts';
export { createLocalKeyWrapper } from './create-local-key-wrapper.ts';
export { createSecretBox } from './create-secret-box.ts';
export type { SecretBox } from './create-secret-box.ts';
export { deriveSigningKey } from './derive-signing-key.ts';
export { importKeyEncryptionKey } from './key-encryption-key.ts';
export type { KeyEncryptionKey } from './key-encryption-key.ts';
export { KeyUnavailableError } from './key-unavailable-error.ts';
export { UnknownKeyError } from './key-wrapper.ts';
export type { KeyWrapper } from './key-wrapper.ts';
export { readKeyEncryptionKey } from './read-key-encryption-key.ts';
export type { KeySource } from './read-key-encryption-key.ts';
export { rewrap } from './rewrap.ts';
export type { SealedSecret, SecretContext } from './sealed-secret.ts';
export { SecretUnreadableError } from './secret-unreadable-error.ts';
