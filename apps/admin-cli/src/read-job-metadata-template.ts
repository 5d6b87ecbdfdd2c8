import { templateProblem } from '@dialplane/calls';

import { readSmallFile } from './read-small-file.ts';
import { badUsage } from './refusal.ts';

/** Many times what a job's metadata take. */
const MAX_BYTES = 256 * 1024;

/** Reads and checks the JSON template of a config's job metadata. */
export async function readJobMetadataTemplate(path: string): Promise<unknown> {
  const unusable = (problem: string) =>
    badUsage(
      `The job metadata template is not usable: ${problem}.`,
      'docs/job-metadata.md describes it; --job-metadata-template takes the path of a JSON file',
    );
  const reading = await readSmallFile(path, MAX_BYTES);
  if (reading.kind === 'problem') throw unusable(`the file ${reading.problem}`);
  let template: unknown;
  try {
    template = JSON.parse(reading.text);
  } catch {
    throw unusable('it is not JSON');
  }
  const problem =
    templateProblem(template) ?? (isStorable(template) ? undefined : 'it holds NUL or a broken character');
  if (problem !== undefined) throw unusable(problem);
  return template;
}

/** Whether PostgreSQL's jsonb takes it: no NUL and no half of a surrogate pair in any text. */
function isStorable(json: unknown): boolean {
  return !/\\u(0000|d[89a-f])/i.test(JSON.stringify(json).replaceAll('\\\\', ''));
}
