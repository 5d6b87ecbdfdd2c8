import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { choosePlace } from './choose-place.ts';
import type { Place } from './choose-place.ts';
import { programOf } from './postgres-binaries.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { runProgram } from './run-program.ts';

/** Stops the embedded PostgreSQL whose state lives in `folder`, cleanly; nothing happens when it is not running. */
export async function stopEmbeddedPostgres(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (isThere) await stopServer(await choosePlace(folder, () => {}));
}

/** Connections are closed, transactions rolled back, and everything committed is on disk. */
export async function stopServer({ account, binaries, clusterFolder }: Place): Promise<void> {
  const dataFolder = join(clusterFolder, 'data');
  if ((await readPostmasterPid(dataFolder)) === undefined) return;
  const { exitCode, output } = await runProgram(
    programOf(binaries, 'pg_ctl'),
    ['stop', '--wait', '--timeout=60', '--mode=fast', '--silent', `--pgdata=${dataFolder}`],
    { account },
  );
  if (exitCode !== 0 && (await readPostmasterPid(dataFolder)) !== undefined && !/No such process/.test(output)) {
    throw new Error(`The embedded PostgreSQL in ${clusterFolder} does not stop: ${output.trim()}`);
  }
}
