/** There is no key-encryption key that may be used. The message says what to do; it never holds key material. */
export class KeyUnavailableError extends Error {
  override readonly name = 'KeyUnavailableError';
}
