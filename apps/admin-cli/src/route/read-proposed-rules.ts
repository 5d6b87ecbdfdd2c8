import { readRules } from '@dialplane/tenancy';

import { failAtProblem } from '../rules/fail-at-problem.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

/** Reads rules that a number might have, as JSON text for the router. */
export async function readProposedRules(path: string): Promise<string> {
  const file = await readYamlFile(path, 'rules', '--rules');
  if (typeof file.json !== 'object' || file.json === null || Array.isArray(file.json))
    return file.fail([], 'it holds no object');
  const reading = readRules(file.json);
  if (reading.kind === 'problem') failAtProblem(file, reading.problem);
  return JSON.stringify(file.json);
}
