import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every page of documentation in the repository. */
export function readPages(): Page[] {
  const paths = globSync('{*.md,docs/**/*.md,examples/*/*.md}', { cwd: ROOT });
  return paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The fenced blocks of a page in one language. */
export function blocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

/** The files that a page links to, relative to the repository. */
export function linkedFiles({ path, text }: Page): string[] {
  return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => join(dirname(path), match[1] ?? ''));
}
