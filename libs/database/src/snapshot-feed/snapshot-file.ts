import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Snapshot } from '@dialplane/routing';

import type { Followed } from './refresh.ts';
import { slices } from './slices.ts';
import { readBody, writeBody } from './snapshot-body.ts';

/** The first line. The second is a header in JSON; lines of rows follow, and a last line with the SHA-256 of all. */
const FIRST_LINE = 'dialplane snapshot 1';

interface Header {
  readonly database: string;
  readonly schema: string;
  readonly snapshotVersion: string;
  /** ISO 8601. */
  readonly confirmedAt: string;
}

export interface KeptSnapshot {
  readonly snapshot: Snapshot;
  /** When it was last known to be the database's. */
  readonly confirmedAt: Date;
}

/** Replaces the file at once, so that nobody ever reads half of it. Only its owner can read it. Returns its size. */
export async function writeSnapshotFile(
  file: string,
  database: string,
  { schema, sources }: Followed,
  { snapshot, confirmedAt }: KeptSnapshot,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString('hex')}.unfinished`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const write = async (text: string): Promise<void> => {
      hash.update(text);
      bytes += (await handle.write(text)).bytesWritten;
    };
    const { snapshotVersion } = snapshot;
    const header: Header = { database, schema, snapshotVersion, confirmedAt: confirmedAt.toISOString() };
    await write(`${FIRST_LINE}\n${JSON.stringify(header)}\n`);
    for await (const chunk of writeBody(snapshot, sources, slices())) await write(chunk);
    await write(`${hash.copy().digest('hex')}\n`);
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
    await syncFolder(dirname(file));
    return bytes;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Only then has the new name reached the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** What is left of writing that was interrupted at least an hour ago. */
export async function removeUnfinished(file: string, now: Date): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.unfinished'))) {
    const path = join(dirname(file), name);
    const { mtimeMs } = await stat(path);
    if (now.getTime() - mtimeMs > 3_600_000) await rm(path, { force: true });
  }
}

/** Reads the file. Throws an error that says why, when it is missing, damaged, or another database's or schema's. */
export async function readSnapshotFile(file: string, database: string, followed: Followed): Promise<KeptSnapshot> {
  const { schema, sources, empty } = followed;
  const lines = checkedLines(file);
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    return done === true ? '' : value;
  };
  try {
    const first = await next();
    if (first !== FIRST_LINE)
      throw new Error(`it does not begin with "${FIRST_LINE}", so it is not a snapshot that this version reads`);
    const header = JSON.parse(await next()) as Header;
    if (header.schema !== schema) throw new Error(`it is of schema ${header.schema}, not ${schema}`);
    if (header.database !== database) throw new Error(`it is of database ${header.database}, not ${database}`);
    const snapshot = await readBody(lines, sources, empty, header.snapshotVersion, slices());
    return { snapshot, confirmedAt: new Date(header.confirmedAt) };
  } finally {
    await lines.return(); // Closes the file.
  }
}

/** Every line but the last, which has to be the checksum of all before. Throws at the end when it is not. */
async function* checkedLines(file: string): AsyncGenerator<string, void> {
  const hash = createHash('sha256');
  let open: string | undefined;
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 64 * 1024 });
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // The newest line is held back: it may be the last.
      if (open !== undefined) {
        hash.update(`${open}\n`);
        yield open;
      }
      open = line;
    }
  }
  if (rest !== '' || open !== hash.digest('hex')) throw new Error('its checksum is wrong: it is damaged or cut off');
}
