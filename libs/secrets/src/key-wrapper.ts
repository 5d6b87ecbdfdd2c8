/** Wraps data keys. The local one holds its key in memory; a key management service fits the same shape. */
export interface KeyWrapper {
  /** The id of the key that `wrap` uses. */
  readonly kid: string;
  /** Takes 32 bytes, gives base64url. */
  wrap(dek: Uint8Array): Promise<string>;
  /** Gives the 32 bytes back. Throws UnknownKeyError for a `kid` it does not hold, and any error for damage. */
  unwrap(wrapped: string, kid: string): Promise<Uint8Array>;
}

/** The data key was wrapped by a key that this process does not hold. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
}
