import type { Path } from '../yaml/line-of-path.ts';
import type { Place } from '../yaml/place.ts';
import type { YamlFile } from '../yaml/read-yaml-file.ts';

/**
 * Gives up with a problem that begins with its place, as `rules.carriers[0].weight: is not a number`, and the line of
 * that place in the file.
 */
export const failAtProblem = (file: YamlFile, problem: string): never => file.fail(pathIn(problem), problem);

/** The same where the rules are a part of the file. */
export const problemPlace = (place: Place, problem: string): never =>
  place.failBelow(pathIn(problem), problem.replace(/^[a-z_]+/, ''));

function pathIn(problem: string): Path {
  const [place = ''] = /^[^:]*/.exec(problem) ?? [];
  const [, unknown] = /^[^:]*: has no key "([^"\\]*)"/.exec(problem) ?? [];
  const path = [...place.matchAll(/\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\["([^"]*)"\]/g)].map(
    ([, key, index, quoted]) => key ?? quoted ?? Number(index),
  );
  return unknown === undefined ? path : [...path, unknown];
}
