const SECRET_NAME =
  /secret|token|password|passwd|passphrase|authorization|cookie|credential|apikey|accesskey|privatekey/;

/** Whether a field of this name holds a secret; names are compared without case and punctuation. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
