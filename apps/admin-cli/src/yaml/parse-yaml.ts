import { LineCounter, parseDocument } from 'yaml';

import { checkNodes } from './check-nodes.ts';
import { lineOfPath } from './line-of-path.ts';
import type { Path } from './line-of-path.ts';
import { isTooDeep } from './is-too-deep.ts';

/** A YAML or JSON text, read. */
export interface YamlText {
  /** Plain data: objects, lists, texts, finite numbers, true, false and null. */
  readonly json: unknown;
  /** The line, from 1, of what is at the path: of a key, where that begins. Undefined: there is nothing. */
  lineOf(path: Path): number | undefined;
}

export type YamlReading =
  { readonly kind: 'ok'; readonly yaml: YamlText } | { readonly kind: 'problem'; readonly problem: string };

/** Aliases that are followed: a file may repeat itself, and not without end. */
const MAX_ALIASES = 100;

/**
 * Reads YAML 1.2, of which JSON is a part. What begins with `+` or with a zero and goes on with digits is text, also
 * without quotes, as no number to call is an amount. Takes time and memory in proportion to the text, whatever it holds.
 */
export function parseYaml(text: string): YamlReading {
  const problem = (line: number | undefined, problem: string): YamlReading => ({
    kind: 'problem',
    problem: line === undefined ? problem : `line ${line}: ${problem}`,
  });
  if (isTooDeep(text)) return problem(undefined, 'it is nested too deeply');
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  try {
    // The library would compare every key with every other.
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, schema: 'core', version: '1.2' });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) return problem(lineAt(error.pos[0]), reasonIn(error.message));
    const wrong = checkNodes(document.contents);
    if (wrong !== undefined) return problem(lineAt(wrong.offset), wrong.problem);
    const json: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: 'ok', yaml: { json, lineOf: (path) => lineOfPath(document.contents, path, lineAt) } };
  } catch (error) {
    return problem(undefined, whatWasThrown(error));
  }
}

/** The library's message ends with the place and a picture of it. */
const reasonIn = (message: string): string =>
  message.startsWith('Source contains multiple documents')
    ? 'it holds multiple documents, and one is wanted'
    : message.replace(/ at line \d+, column \d+:[^]*$/, '').slice(0, 200);

/** Of aliases the library throws. */
function whatWasThrown(error: unknown): string {
  if (!(error instanceof ReferenceError)) return 'it is no YAML that can be read';
  return error.message.startsWith('Excessive') ? 'its aliases repeat too much' : 'an alias names nothing before it';
}
