import { appendFile, chmod, chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Place } from './choose-place.ts';
import { createCredentials, EMBEDDED_DATABASE, EMBEDDED_ROLES, writeCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { freePort } from './free-port.ts';
import { makeTemporaryFolder, removeAbandonedFolders } from './make-temporary-folder.ts';
import { programOf } from './postgres-binaries.ts';
import { runProgram } from './run-program.ts';

/** Nobody but this machine, and no socket file, whose path may be too long. */
const SETTINGS = `
# Set by Dialplane
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
timezone = 'UTC'
log_timezone = 'UTC'
`;

/**
 * Makes the cluster with its roles and its database, unless it is there. It is made under another name and
 * then renamed, so that it is there whole or not at all, and one of two processes that make it at once wins.
 */
export async function makeCluster(place: Place, onProgress: (message: string) => void): Promise<void> {
  const { account, clusterFolder } = place;
  const [parent, name] = [dirname(clusterFolder), basename(clusterFolder)];
  await removeAbandonedFolders(parent, name);
  if (
    await stat(clusterFolder).then(
      () => true,
      () => false,
    )
  )
    return;
  onProgress(`Making the embedded PostgreSQL's cluster in ${clusterFolder}`);
  await mkdir(parent, { recursive: true });
  const folder = await makeTemporaryFolder(parent, name);
  try {
    await chmod(folder, 0o755);
    if (account) await chown(folder, account.uid, account.gid);
    const credentials = createCredentials(await freePort());
    await writeCredentials(folder, credentials);
    await initialise(place, folder, credentials);
    await appendFile(join(folder, 'data', 'postgresql.conf'), SETTINGS);
    await createRoles(place, folder, credentials);
    await rename(folder, clusterFolder).catch(ignoreLosing);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function initialise({ account, binaries }: Place, folder: string, { passwords }: Credentials): Promise<void> {
  const passwordFile = join(folder, 'superuser-password');
  await writeFile(passwordFile, passwords.superuser, { mode: 0o600, flag: 'wx' });
  if (account) await chown(passwordFile, account.uid, account.gid);
  const { exitCode, output } = await runProgram(
    programOf(binaries, 'initdb'),
    [
      `--pgdata=${join(folder, 'data')}`,
      `--username=${EMBEDDED_ROLES.superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
    ],
    { account },
  );
  await rm(passwordFile);
  if (exitCode !== 0) throw new Error(`The embedded PostgreSQL's cluster could not be made: ${output.trim()}`);
}

/** In single-user mode, so that no server listens before there are passwords. One statement a line. */
async function createRoles({ account, binaries }: Place, folder: string, { passwords }: Credentials): Promise<void> {
  const { superuser: _, owner, ...processes } = EMBEDDED_ROLES;
  const statements = [
    `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${passwords.owner}';`,
    ...Object.entries(processes).map(
      ([role, name]) => `CREATE ROLE ${name} LOGIN PASSWORD '${passwords[role as keyof typeof processes]}';`,
    ),
    `CREATE DATABASE ${EMBEDDED_DATABASE} OWNER ${owner};`,
  ];
  const { exitCode, output } = await runProgram(
    programOf(binaries, 'postgres'),
    ['--single', '-D', join(folder, 'data'), '-c', 'exit_on_error=on', '-c', 'log_statement=none', 'postgres'],
    { account, input: `${statements.join('\n')}\n` },
  );
  if (exitCode !== 0) {
    const report = Object.values(passwords).reduce((text, password) => text.replaceAll(password, '…'), output.trim());
    throw new Error(`The embedded PostgreSQL's roles could not be made: ${report}`);
  }
}

/** Another process made the cluster first. */
function ignoreLosing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}
