import { readFile } from 'node:fs/promises';

import { badUsage } from './refusal.ts';

/** Reads the JSON object that a test call carries for its agent; the dispatcher checks what is in it. */
export async function readCallMetadata(path: string): Promise<string> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return JSON.stringify(json);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw badUsage(`The metadata file cannot be read: ${code}.`, 'Check the path after --metadata');
  }
  throw badUsage('The metadata file does not hold a JSON object.', '--metadata takes the path of a file such as {"campaign": "example"}');
}
