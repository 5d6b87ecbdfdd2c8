import { readRules, RULE_KEYS } from '@dialplane/tenancy';

import { failAtProblem } from '../rules/fail-at-problem.ts';
import { unknownKey } from '../rules/to-json-change.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

/** Rules that a number might have. */
export interface ProposedRules {
  readonly path: string;
  /** JSON text for the router: all of the rules. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/**
 * Reads rules that a number might have. A key that is not ours may be another service's, as `rules show` prints it, and
 * is a warning; a file with no other keys is one of something else, and is refused.
 */
export async function readProposedRules(path: string): Promise<ProposedRules> {
  const file = await readYamlFile(path, 'rules', '--rules');
  const { json } = file;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return file.fail([], 'it holds no object');
  const keys = Object.keys(json);
  const others = keys.filter((key) => !RULE_KEYS.includes(key));
  const [other] = others;
  if (other !== undefined && (others.length === keys.length || other === 'numbers'))
    file.fail([other], unknownKey(other, RULE_KEYS));
  const reading = readRules(json);
  if (reading.kind === 'problem') failAtProblem(file, reading.problem);
  const warnings = others.map(
    (key) =>
      `${key.slice(0, 40)} is no key of Dialplane's and decides nothing; rules set refuses it unless the number has it`,
  );
  return { path, text: JSON.stringify(json), warnings };
}
