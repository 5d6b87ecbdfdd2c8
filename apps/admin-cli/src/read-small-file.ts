import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

type Reading = { readonly kind: 'ok'; readonly text: string } | { readonly kind: 'problem'; readonly problem: string };

/** Reads a regular file of UTF-8 text, without its byte order mark, of at most `maxBytes`; never waits for a pipe and never reads a device. The problem completes "The file …". */
export async function readSmallFile(path: string, maxBytes: number): Promise<Reading> {
  try {
    // Opening a pipe that nobody writes to would wait for somebody.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return { kind: 'problem', problem: 'is not a regular file' };
      const bytes = Buffer.concat(
        (await file.createReadStream({ start: 0, end: maxBytes, autoClose: false }).toArray()) as Buffer[],
      );
      return bytes.length > maxBytes ? { kind: 'problem', problem: `has more than ${maxBytes} bytes` } : decode(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { kind: 'problem', problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
}

/** What is not UTF-8 would be read with other characters in its place. */
function decode(bytes: Uint8Array): Reading {
  try {
    return { kind: 'ok', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'problem', problem: 'is not UTF-8 text' };
  }
}
