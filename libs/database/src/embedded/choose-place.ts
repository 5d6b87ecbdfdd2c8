import { createHash } from 'node:crypto';
import { cp, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { makeTemporaryFolder, removeAbandonedFolders } from './make-temporary-folder.ts';
import { makeLibraryLinks, packagedBinaries, packagedVersion, programOf } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { runProgram } from './run-program.ts';
import { serverAccount } from './server-account.ts';
import type { ServerAccount } from './server-account.ts';

/** Where the embedded server's programs and data are, and who runs it. */
export interface Place {
  readonly account: ServerAccount | undefined;
  readonly binaries: PostgresBinaries;
  /** Holds `data`, `credentials.json` and `server.log`; exists once the cluster is made. */
  readonly clusterFolder: string;
}

/** For what the server's account cannot reach below the project. */
const ROOTS_FOLDER = '/var/lib/dialplane';

/**
 * Finds the place of the cluster whose state lives in `folder`. It is there, unless we are root and the
 * server's account cannot enter: then it is below /var/lib/dialplane, and that is said.
 */
export async function choosePlace(folder: string, onProgress: (message: string) => void): Promise<Place> {
  const account = await serverAccount();
  await mkdir(folder, { recursive: true });
  const here = join(folder, 'postgres');
  const packaged = packagedBinaries();
  const linked = await makeLibraryLinks(packaged).then(
    () => true,
    () => false,
  );
  const runnable = linked && (await canRun(packaged, account));
  const root = account === undefined ? join(homedir(), '.cache', 'dialplane') : ROOTS_FOLDER;
  const binaries = runnable ? packaged : await copyBinaries(packaged, account, root);
  if (!runnable)
    onProgress(
      `The embedded PostgreSQL's programs cannot be run where npm put them, and are copied to ${binaries.folder}.`,
    );
  if (account === undefined) return { account, binaries, clusterFolder: here };

  const elsewhere = join(
    ROOTS_FOLDER,
    createHash('sha256')
      .update(await realpath(folder))
      .digest('hex')
      .slice(0, 16),
  );
  const madeHere = await exists(here);
  if (await canEnter(madeHere ? here : folder, account)) {
    if (madeHere || !(await exists(elsewhere))) return { account, binaries, clusterFolder: here };
  } else if (madeHere) {
    throw new Error(
      `The embedded PostgreSQL's data is in ${here}, which user ${account.name} can no longer enter. ` +
        'Let it (chmod o+x on each folder above), or move that folder away to start with an empty database.',
    );
  }
  onProgress(
    `The embedded PostgreSQL's data is in ${elsewhere}: it runs as user ${account.name}, since root may not, ` +
      `and that user could not enter ${folder}.`,
  );
  return { account, binaries, clusterFolder: elsewhere };
}

async function canRun(binaries: PostgresBinaries, account: ServerAccount | undefined): Promise<boolean> {
  const { exitCode } = await runProgram(programOf(binaries, 'postgres'), ['--version'], { account });
  return exitCode === 0;
}

async function canEnter(folder: string, account: ServerAccount): Promise<boolean> {
  const { exitCode } = await runProgram('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { account });
  return exitCode === 0;
}

async function copyBinaries(
  packaged: PostgresBinaries,
  account: ServerAccount | undefined,
  root: string,
): Promise<PostgresBinaries> {
  const folder = join(root, `postgres-${await packagedVersion(packaged)}`);
  if (!(await exists(folder))) {
    await mkdir(root, { recursive: true, mode: 0o755 });
    await removeAbandonedFolders(root, 'binaries');
    const copy = await makeTemporaryFolder(root, 'binaries');
    await cp(packaged.folder, join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLibraryLinks({ folder: join(copy, 'native') });
    await rename(join(copy, 'native'), folder).catch(ignoreLosing);
    await rm(copy, { recursive: true, force: true });
  }
  const { exitCode, output } = await runProgram(programOf({ folder }, 'postgres'), ['--version'], { account });
  if (exitCode !== 0) throw new Error(`The embedded PostgreSQL does not run from ${folder} either: ${output.trim()}`);
  return { folder };
}

/** Another process made the same folder first. */
function ignoreLosing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
