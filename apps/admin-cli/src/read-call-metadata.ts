import { readSmallFile } from './read-small-file.ts';
import { badUsage } from './refusal.ts';

/** More than the dispatcher takes. */
const MAX_BYTES = 64 * 1024;

/** Reads the JSON object that a test call carries for its agent; the dispatcher checks what is in it. */
export async function readCallMetadata(path: string): Promise<string> {
  const reading = await readSmallFile(path, MAX_BYTES);
  if (reading.kind === 'problem')
    throw badUsage(`The metadata file ${reading.problem}.`, 'Check the path after --metadata');
  try {
    const json: unknown = JSON.parse(reading.text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return JSON.stringify(json);
  } catch {
    // It is not JSON, which the next line says, too.
  }
  throw badUsage(
    'The metadata file does not hold a JSON object.',
    '--metadata takes the path of a file such as {"campaign": "example"}',
  );
}
