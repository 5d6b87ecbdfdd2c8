/** A secret as it is stored. Only who holds the key-encryption key `kid` can open it. */
export interface SealedSecret {
  /** The id of the key-encryption key (KEK) that wraps the data key. */
  readonly kid: string;
  /** The secret's own data-encryption key (DEK), wrapped, base64url. */
  readonly wrappedDek: string;
  /** The secret under the DEK: compact JWE, `dir` and `A256GCM`. */
  readonly jwe: string;
}

/** What a secret belongs to. It opens for exactly this and nothing else. */
export interface SecretContext {
  /** A UUID; null for an operator's config. */
  readonly tenantId: string | null;
  /** The LiveKit config, a UUID. */
  readonly configId: string;
  readonly field: 'api_secret';
}
