import { readSmallFile } from '../read-small-file.ts';
import { badUsage } from '../refusal.ts';
import type { Path } from './line-of-path.ts';
import { parseYaml } from './parse-yaml.ts';

/** More than anybody writes by hand. */
const MAX_BYTES = 1024 * 1024;

/** A file of YAML or JSON that was given on the command line. */
export interface YamlFile {
  readonly json: unknown;
  /** Gives up with what is wrong there: exit code 2. */
  fail(path: Path, problem: string): never;
}

/** `what` completes "The … file", `flag` names the option that it came with. */
export async function readYamlFile(path: string, what: string, flag: string): Promise<YamlFile> {
  const unusable = (problem: string) =>
    badUsage(`The ${what} file ${problem}.`, `${flag} takes the path of a YAML or JSON file of at most 1 MiB`);
  const reading = await readSmallFile(path, MAX_BYTES);
  if (reading.kind === 'problem') throw unusable(reading.problem);
  const parsed = parseYaml(reading.text);
  if (parsed.kind === 'problem') throw unusable(`cannot be used: ${parsed.problem}`);
  const { json, lineOf } = parsed.yaml;
  return {
    json,
    fail: (at, problem) => {
      const line = lineOf(at);
      throw unusable(`cannot be used: ${line === undefined ? '' : `line ${line}: `}${problem}`);
    },
  };
}
