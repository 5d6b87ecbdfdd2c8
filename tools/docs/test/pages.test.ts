import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import { CallReason, ErrorReason } from '@dialplane/contracts';

import { linkedFiles, readPages, ROOT } from '../read-pages.ts';

const pages = readPages();
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

test('every link leads to a file', () => {
  const broken = pages.flatMap((page) =>
    linkedFiles(page)
      .filter((file) => !existsSync(join(ROOT, file)))
      .map((file) => `${page.path} → ${file}`),
  );
  expect(broken).toEqual([]);
});

test('every npm script that a page names exists', () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([a-z:-]+)/g)].map((match) => ({ path, script: match[1] ?? '' })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ script }) => !scripts.includes(script))).toEqual([]);
});

test('every file of the repository that a page names in passing exists', () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:apps|libs|proto|tools|docs|examples)\/[\w./-]+)`/g)].map((match) => `${path}: ${match[1]}`),
  );
  expect(named.filter((line) => !existsSync(join(ROOT, line.split(': ')[1] ?? '')))).toEqual([]);
});

test('docs/calling.md says of every reason what to do', () => {
  const page = pages.find(({ path }) => path === 'docs/calling.md')?.text ?? '';
  const reasons = [...Object.keys(ErrorReason), ...Object.keys(CallReason)].filter(
    (key) => key !== 'UNSPECIFIED' && key !== 'UNRECOGNIZED',
  );
  expect(reasons.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
  const named = [...page.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map((match) => match[1] ?? '');
  expect(named.filter((name) => !reasons.includes(name))).toEqual([]);
});
