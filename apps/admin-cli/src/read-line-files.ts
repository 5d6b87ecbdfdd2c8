import { readLineFacts } from '@dialplane/tenancy';

import { failAtProblem } from './rules/fail-at-problem.ts';
import { readYamlFile } from './yaml/read-yaml-file.ts';

/** Limits and header profiles of a trunk or a deployment. False: take them away. */
export interface LineFileOptions {
  readonly limits?: string | false;
  readonly headers?: string | false;
}

/** Reads and checks both files. Undefined: not asked about; null: to be taken away. */
export async function readLineFiles({ limits, headers }: LineFileOptions): Promise<{
  readonly limits: unknown;
  readonly headerProfiles: unknown;
}> {
  return {
    limits: await read(limits, 'limits', '--limits', (json) => readLineFacts(json, null)),
    headerProfiles: await read(headers, 'header profiles', '--headers', (json) => readLineFacts(null, json)),
  };
}

async function read(
  path: string | false | undefined,
  what: string,
  flag: string,
  judge: (json: unknown) => ReturnType<typeof readLineFacts>,
): Promise<unknown> {
  if (path === undefined) return undefined;
  if (path === false) return null;
  const file = await readYamlFile(path, what, flag);
  if (file.json === null) file.fail([], `it is empty; to take what is there away: --no-${flag.slice(2)}`);
  const reading = judge(file.json);
  return reading.kind === 'problem' ? failAtProblem(file, reading.problem) : file.json;
}
