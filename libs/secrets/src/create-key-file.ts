import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { KEY_BYTES } from './key-encryption-key.ts';

/**
 * Makes a key file of mode 0600 with a random key, as base64, unless there is one. True when it made one. Of several
 * makers at once one wins, and the file is complete from the moment at which it is there.
 */
export async function createKeyFile(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const key = crypto.getRandomValues(Buffer.alloc(KEY_BYTES));
  const draft = `${path}.${crypto.randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${key.toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    key.fill(0);
    await rm(draft, { force: true });
  }
}
