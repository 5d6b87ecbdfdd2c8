import { open } from 'node:fs/promises';

import { importKeyEncryptionKey, KEY_BYTES } from './key-encryption-key.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';
import { KeyUnavailableError } from './key-unavailable-error.ts';

export interface KeySource {
  /** `DIALPLANE_KEK`: base64 of exactly 32 bytes. `DIALPLANE_KEK_FILE`: a file with those bytes, raw or as base64. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Read when neither is set, in the same form. */
  readonly keyFile?: string | undefined;
}

const MAKE_ONE = 'Make a key with: openssl rand -base64 32';
/** More than any form of a key has. */
const MAX_FILE_BYTES = 128;

/** Throws KeyUnavailableError when there is no key, more than one, or one that others can read. */
export async function readKeyEncryptionKey({ env, keyFile }: KeySource): Promise<KeyEncryptionKey> {
  const { DIALPLANE_KEK: fromEnv, DIALPLANE_KEK_FILE: fileFromEnv } = env;
  if (fromEnv !== undefined && fileFromEnv !== undefined) {
    throw new KeyUnavailableError('DIALPLANE_KEK and DIALPLANE_KEK_FILE are both set: unset one of them.');
  }
  if (fromEnv !== undefined) return importKeyEncryptionKey(decode(fromEnv, 'DIALPLANE_KEK'));
  const path = fileFromEnv ?? keyFile;
  if (path === undefined || path === '') {
    throw new KeyUnavailableError(`No key to open secrets with: set DIALPLANE_KEK or DIALPLANE_KEK_FILE. ${MAKE_ONE}`);
  }
  return importKeyEncryptionKey(await readKeyFile(path));
}

async function readKeyFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const unreadable = (error: NodeJS.ErrnoException): never => {
    throw new KeyUnavailableError(`The key file ${path} cannot be read (${error.code ?? error.message}). ${MAKE_ONE}`, {
      cause: error,
    });
  };
  const file = await open(path, 'r').catch(unreadable);
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > MAX_FILE_BYTES) throw new KeyUnavailableError(`${path} is not a key file.`);
    if ((stat.mode & 0o077) !== 0) {
      throw new KeyUnavailableError(
        `The key file ${path} can be read by others than its owner: chmod 600 it, and consider the key known to them.`,
      );
    }
    const bytes = await file.readFile().catch(unreadable);
    // Random bytes are not all printable: 32 printable ones are a text that somebody took for a key.
    if (bytes.length === KEY_BYTES && bytes.some((byte) => byte < 0x20 || byte > 0x7e)) return new Uint8Array(bytes);
    return decode(bytes.toString('latin1').trim(), path);
  } finally {
    await file.close();
  }
}

function decode(base64: string, source: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  if (bytes.length !== KEY_BYTES || Buffer.from(bytes).toString('base64') !== base64) {
    throw new KeyUnavailableError(`${source} does not hold the base64 of exactly ${KEY_BYTES} bytes. ${MAKE_ONE}`);
  }
  return bytes;
}
