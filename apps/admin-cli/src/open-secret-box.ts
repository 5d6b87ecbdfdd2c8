import { join } from 'node:path';

import {
  createKeyFile,
  createLocalKeyWrapper,
  createSecretBox,
  KeyUnavailableError,
  readKeyEncryptionKey,
} from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';

import type { Settings } from './config.ts';
import { outOfReach } from './refusal.ts';

/**
 * The box that seals and opens API secrets. The key comes from the environment; with the embedded database
 * there is a key file beside it, made once.
 */
export async function openSecretBox({ env, home, databaseUrl }: Settings): Promise<SecretBox> {
  const keyFile = databaseUrl === undefined ? join(home, 'kek') : undefined;
  try {
    if (keyFile !== undefined && env.DIALPLANE_KEK === undefined && env.DIALPLANE_KEK_FILE === undefined)
      await createKeyFile(keyFile);
    return createSecretBox(createLocalKeyWrapper(await readKeyEncryptionKey({ env, keyFile })));
  } catch (error) {
    if (!(error instanceof KeyUnavailableError)) throw error;
    throw outOfReach('key_unavailable', error.message, 'It must be the key that the dispatcher uses');
  }
}
