import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Two demos of one folder would overwrite each other's LiveKit configs: only one runs at a time. */
export async function lockDemo(home: string): Promise<{ stop(): Promise<void> }> {
  const file = join(home, 'demo.pid');
  await mkdir(home, { recursive: true });
  const running = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (running > 0 && isAlive(running)) {
    throw new Error(
      `another demo runs in ${home} (process ${running}). Stop it, or set DIALPLANE_HOME to another folder.`,
    );
  }
  await writeFile(file, String(process.pid));
  return { stop: () => rm(file, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
