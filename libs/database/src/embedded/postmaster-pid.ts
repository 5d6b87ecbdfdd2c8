import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server, or one that was killed, wrote about itself. */
export interface PostmasterPid {
  readonly pid: number;
  readonly port: number;
}

const fileOf = (dataFolder: string): string => join(dataFolder, 'postmaster.pid');

/** Undefined when no server has started since the last clean stop. */
export async function readPostmasterPid(dataFolder: string): Promise<PostmasterPid | undefined> {
  const lines = await readLines(dataFolder);
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/** Larger than any process id. */
const NO_PROCESS = 2 ** 31 - 2;

/**
 * After `kill -9`, PostgreSQL takes a process that got the same id for its server, and refuses to start. If
 * the process is certainly another one, its id is struck out of the file. The rest of the file stays:
 * PostgreSQL finds orphaned processes of the old server by it.
 */
export async function strikeOutStalePid(dataFolder: string): Promise<void> {
  const lines = await readLines(dataFolder);
  const pid = Number(lines[0]);
  if (!(pid > 0) || process.platform !== 'linux' || !(await isAnother(pid, dataFolder))) return;
  await writeFile(fileOf(dataFolder), [NO_PROCESS, ...lines.slice(1)].join('\n'), { flag: 'r+' });
}

/** A PostgreSQL server works in its data folder; a zombie works nowhere. */
async function isAnother(pid: number, dataFolder: string): Promise<boolean> {
  const alive = await readFile(`/proc/${pid}/stat`).then(
    () => true,
    () => false,
  );
  if (!alive) return false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) !== (await realpath(dataFolder));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

async function readLines(dataFolder: string): Promise<string[]> {
  const file = await readFile(fileOf(dataFolder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return file.split('\n');
}
