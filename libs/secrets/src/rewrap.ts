import { unwrapDek } from './create-secret-box.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import type { SealedSecret } from './sealed-secret.ts';

/** Moves a sealed secret from one key-encryption key to another. The JWE stays as it is. */
export async function rewrap(sealed: SealedSecret, from: KeyWrapper, to: KeyWrapper): Promise<SealedSecret> {
  const dek = await unwrapDek(from, sealed);
  try {
    return { kid: to.kid, wrappedDek: await to.wrap(dek), jwe: sealed.jwe };
  } finally {
    dek.fill(0);
  }
}
