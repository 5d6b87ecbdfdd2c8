/** A stored secret that does not open. Holds nothing of the secret. */
export class SecretUnreadableError extends Error {
  override readonly name = 'SecretUnreadableError';
  /** `unknown_key`: sealed under another key. `malformed`: not a sealed secret. `refused`: changed, or moved here. */
  readonly kind: 'unknown_key' | 'malformed' | 'refused';
  /** What to do about it. */
  readonly hint: string;

  constructor(kind: SecretUnreadableError['kind'], message: string, hint: string) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }
}
