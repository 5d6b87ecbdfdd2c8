import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a hidden folder of this process's, in which something is made before it gets the name. */
export function makeTemporaryFolder(parent: string, name: string): Promise<string> {
  return mkdtemp(join(parent, `.${name}-${process.pid}-`));
}

/** Removes the folders of processes that were killed before they could do so. A program of theirs may still run. */
export async function removeAbandonedFolders(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent).catch(() => [])) {
    const [, pid] = /^-([1-9]\d*)-[^-]+$/.exec(entry.startsWith(`.${name}`) ? entry.slice(name.length + 1) : '') ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(parent, entry), { recursive: true, force: true, maxRetries: 5 }).catch(() => {}); // The next start tries again.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
