import { createHash, randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { dumpSnapshot, restoreSnapshot } from '@dialplane/routing';

import type { Marked } from './refresh.ts';

/** The first line. The second is a header in JSON; the dump follows, and the SHA-256 of all that as 32 bytes. */
const FIRST_LINE = 'dialplane snapshot 1';
const CHECKSUM_BYTES = 32;
/** No header is longer, with a path for its server either. */
const MAX_HEADER_BYTES = 16_384;
const READ_BYTES = 256 * 1024;
/** How far ahead the clock of another host that wrote the file may be. */
const CLOCKS_DIFFER_MS = 60_000;

/** Whose snapshot it is. */
export interface Origin {
  /** `host:port`, or what else tells the server from others. */
  readonly server: string;
  readonly database: string;
  readonly schema: string;
}

interface Header extends Origin {
  readonly snapshotVersion: string;
  readonly mark: string;
  /** ISO 8601. */
  readonly confirmedAt: string;
}

export interface KeptSnapshot extends Marked {
  /** When it was last known to be the database's. */
  readonly confirmedAt: Date;
}

/** Replaces the file at once, so that nobody ever reads half of it. Only its owner can read it. Returns its size. */
export async function writeSnapshotFile(
  file: string,
  { server, database, schema }: Origin,
  { snapshot, mark, confirmedAt }: KeptSnapshot,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString('hex')}.unfinished`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const write = async (part: Uint8Array): Promise<void> => {
      hash.update(part);
      await handle.writeFile(part);
      bytes += part.byteLength;
    };
    const { snapshotVersion } = snapshot;
    const header: Header = { server, database, schema, snapshotVersion, mark, confirmedAt: confirmedAt.toISOString() };
    await write(Buffer.from(`${FIRST_LINE}\n${JSON.stringify(header)}\n`));
    for (const part of dumpSnapshot(snapshot)) {
      await write(part);
      await nextTurn();
    }
    await handle.writeFile(hash.digest());
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
    await syncFolder(dirname(file));
    return bytes + CHECKSUM_BYTES;
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

/** Removes what is left of writing that was interrupted at least an hour ago. */
export async function removeUnfinished(file: string, now: Date): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.unfinished'))) {
    const path = join(dirname(file), name);
    const { mtimeMs } = await stat(path);
    if (now.getTime() - mtimeMs > 3_600_000) await rm(path, { force: true });
  }
}

/**
 * Reads the file, checksum first. Throws an error that says why, when it is missing, damaged, of another format, or
 * another server's, database's or schema's.
 */
export async function readSnapshotFile(file: string, { server, database, schema }: Origin): Promise<KeptSnapshot> {
  const handle = await open(file, 'r');
  try {
    const end = (await handle.stat()).size - CHECKSUM_BYTES;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
    const [first = '', second] = buffer.toString('utf8', 0, bytesRead).split('\n', 2);
    if (first !== FIRST_LINE || second === undefined) {
      throw new Error(`it does not begin with "${FIRST_LINE}", so it is not a snapshot that this version reads`);
    }
    if (!(await hasItsChecksum(handle, end))) throw new Error('its checksum is wrong: it is damaged or cut off');
    const header = JSON.parse(second) as Header;
    if (header.schema !== schema) throw new Error(`it is of schema ${header.schema}, not ${schema}`);
    if (header.database !== database) throw new Error(`it is of database ${header.database}, not ${database}`);
    if (header.server !== server) throw new Error(`it is of server ${header.server}, not ${server}`);
    const confirmedAt = readMoment(header.confirmedAt);
    const begin = Buffer.byteLength(`${first}\n${second}\n`);
    const snapshot = restoreSnapshot(partsOf(handle, begin, end));
    return { snapshot, mark: String(header.mark), confirmedAt };
  } finally {
    await handle.close();
  }
}

/** A file whose age is not known would be taken for young. */
function readMoment(written: unknown): Date {
  const moment = typeof written === 'string' ? new Date(written) : new Date(NaN);
  if (Number.isNaN(moment.getTime())) throw new Error('it does not say when it was confirmed');
  if (moment.getTime() > Date.now() + CLOCKS_DIFFER_MS) {
    throw new Error(`it was confirmed in the future, at ${moment.toISOString()}: a clock is or was wrong`);
  }
  return moment;
}

async function hasItsChecksum(handle: FileHandle, end: number): Promise<boolean> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(READ_BYTES);
  for (let at = 0; at < end;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(READ_BYTES, end - at), at);
    if (bytesRead === 0) return false;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  const { buffer: checksum } = await handle.read(Buffer.alloc(CHECKSUM_BYTES), 0, CHECKSUM_BYTES, Math.max(end, 0));
  return hash.digest().equals(checksum);
}

/** A start waits for it anyhow, so that nothing is gained by reading while something else runs. */
function* partsOf({ fd }: FileHandle, begin: number, end: number): Generator<Uint8Array> {
  for (let at = begin; at < end;) {
    const part = Buffer.alloc(Math.min(READ_BYTES, end - at));
    const bytesRead = readSync(fd, part, 0, part.length, at);
    if (bytesRead === 0) return;
    yield part.subarray(0, bytesRead);
    at += bytesRead;
  }
}
