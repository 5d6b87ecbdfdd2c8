import { CompactEncrypt, compactDecrypt } from 'jose';

import { KEY_BYTES } from './key-encryption-key.ts';
import { UnknownKeyError } from './key-wrapper.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import type { SealedSecret, SecretContext } from './sealed-secret.ts';
import { SecretUnreadableError } from './secret-unreadable-error.ts';

/** Seals secrets before they reach the database, and opens them again. */
export interface SecretBox {
  /** Never gives the same twice. Throws TypeError for an empty secret and for one that is not well-formed text. */
  seal(secret: string, context: SecretContext): Promise<SealedSecret>;
  /** Throws SecretUnreadableError unless it was sealed for exactly this context, under a key that is held. */
  open(sealed: SealedSecret, context: SecretContext): Promise<string>;
}

const ALGORITHMS = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
const REPLACE_HINT = 'Seal the secret again: dialplane config update with --secret-stdin or --secret-file.';

/**
 * Every secret has a random data key of its own: `dir` + `A256GCM`, compact JWE. The AAD of a compact JWE is its
 * protected header, so tenant, config and field stand there. On opening, the header that is stored is not read:
 * the one that the context calls for is put in its place. AES-GCM itself then refuses a secret that was moved,
 * there is no comparison to forget, and nobody who can write to the database can choose the algorithms.
 */
export function createSecretBox(keyWrapper: KeyWrapper): SecretBox {
  return {
    async seal(secret, context) {
      if (secret === '' || !secret.isWellFormed()) throw new TypeError('A secret is well-formed text and not empty.');
      const dek = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
      try {
        const jwe = await new CompactEncrypt(new TextEncoder().encode(secret))
          .setProtectedHeader(headerFor(context))
          .encrypt(dek);
        return { kid: keyWrapper.kid, wrappedDek: await keyWrapper.wrap(dek), jwe };
      } finally {
        dek.fill(0);
      }
    },

    async open(sealed, context) {
      const parts = readJwe(sealed);
      const dek = await unwrapDek(keyWrapper, sealed);
      try {
        const expected = Buffer.from(JSON.stringify(headerFor(context))).toString('base64url');
        const { plaintext } = await compactDecrypt([expected, '', ...parts].join('.'), dek, ALGORITHMS);
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext);
      } catch {
        const message = `The ${context.field} of LiveKit config ${context.configId} does not open: it was changed, or sealed for another tenant, config or field.`;
        throw new SecretUnreadableError('refused', message, REPLACE_HINT);
      } finally {
        dek.fill(0);
      }
    },
  };
}

function headerFor({ tenantId, configId, field }: SecretContext) {
  return { alg: 'dir', enc: 'A256GCM', tenant: tenantId?.toLowerCase() ?? null, config: configId.toLowerCase(), field };
}

/** Initialization vector, ciphertext and tag. The shape is checked because the value comes from a jsonb column. */
function readJwe(sealed: SealedSecret): string[] {
  const { kid, wrappedDek, jwe } = (sealed ?? {}) as Partial<Record<keyof SealedSecret, unknown>>;
  const parts = typeof jwe === 'string' ? jwe.split('.') : [];
  if (typeof kid !== 'string' || typeof wrappedDek !== 'string' || parts.length !== 5 || parts[1] !== '') {
    throw new SecretUnreadableError('malformed', 'What is stored is not a sealed secret.', REPLACE_HINT);
  }
  return parts.slice(2);
}

/** Throws SecretUnreadableError, whatever the wrapper throws. */
export async function unwrapDek(keyWrapper: KeyWrapper, { wrappedDek, kid }: SealedSecret): Promise<Uint8Array> {
  try {
    return await keyWrapper.unwrap(wrappedDek, kid);
  } catch (error) {
    if (error instanceof UnknownKeyError) {
      const hint =
        'Start this process with the key that the secret was sealed under (DIALPLANE_KEK or DIALPLANE_KEK_FILE), or seal the secret again.';
      throw new SecretUnreadableError('unknown_key', error.message, hint);
    }
    throw new SecretUnreadableError(
      'refused',
      `The data key does not unwrap under ${kid}: it was changed.`,
      REPLACE_HINT,
    );
  }
}
