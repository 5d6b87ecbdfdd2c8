import type { YamlFile } from '../yaml/read-yaml-file.ts';

/**
 * Gives up with a problem that begins with its place, as `rules.carriers[0].weight: is not a number`, and the line of
 * that place in the file.
 */
export function failAtProblem(file: YamlFile, problem: string, below: readonly (string | number)[] = []): never {
  const [place = ''] = /^[^:]*/.exec(problem) ?? [];
  const path = [...place.matchAll(/\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\["([^"]*)"\]/g)].map(
    ([, key, index, quoted]) => key ?? quoted ?? Number(index),
  );
  return file.fail([...below, ...path], problem);
}
