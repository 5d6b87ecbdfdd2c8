import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts';

/** A server of a test run's own, in a temporary folder; stopping it removes all of it. */
export async function startTestPostgres(): Promise<{ superuserUrl: string; folder: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dialplane-test-'));
  await chmod(folder, 0o755); // The server may run as another user than root.
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { superuserUrl, stop } = await startEmbeddedPostgres({ folder });
    return { superuserUrl, folder, stop: () => stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
