import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drawReport } from './draw-report.ts';
import { toMarkdown } from './to-markdown.ts';
import type { Report } from './to-json.ts';

const DOCS = join(import.meta.dirname, '../../../../docs');
const PAGE = join(DOCS, 'performance.md');
const PICTURE = join(DOCS, 'pictures/route-bench.svg');
/** What lies between these lines of the page is the bench's own. */
const BEGIN = '<!-- bench: from here on written by `npm run bench:route -- --write-docs` -->';
const END = '<!-- bench: up to here -->';

/** Puts the figures into the docs; resolves to the files that it has written. */
export async function writeDocs(report: Report): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8');
  await mkdir(join(DOCS, 'pictures'), { recursive: true });
  await writeFile(PICTURE, drawReport(report));
  await writeFile(PAGE, replaceFigures(page, toMarkdown(report)));
  return [PAGE, PICTURE];
}

/** Throws when the page has no place for figures. */
export function replaceFigures(page: string, figures: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page has no lines ${BEGIN} and ${END}.`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures.trim()}\n\n${page.slice(end)}`;
}
