/**
 * Lints texts as if they stood in files of the workspace: reads `[{"file", "text"}]` from standard input and
 * writes, for each, the rules it breaks as `[["rule", …], …]`. Every file must exist, so that its type
 * information does. With `--without-graph` it does not compute the project graph first: then
 * `@nx/enforce-module-boundaries` has nothing to go by.
 */
import { text } from 'node:stream/consumers';

import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';

export interface Snippet {
  /** Relative to the workspace. */
  readonly file: string;
  readonly text: string;
}

if (!process.argv.includes('--without-graph')) await createProjectGraphAsync({ exitOnError: true });

const eslint = new ESLint({ cwd: process.cwd() });
const broken: string[][] = [];
for (const snippet of JSON.parse(await text(process.stdin)) as Snippet[]) {
  const results = await eslint.lintText(snippet.text, { filePath: snippet.file });
  broken.push(results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message)));
}
// The rule prints a warning on standard output when it is skipped, so the answer gets a line of its own.
process.stdout.write(`\n${JSON.stringify(broken)}\n`);
