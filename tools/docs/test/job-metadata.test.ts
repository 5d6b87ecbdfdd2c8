import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { blocks, readPages, ROOT } from '../read-pages.ts';

test('docs/job-metadata.md shows and explains every field that an agent is told, and no other', () => {
  const source = readFileSync(join(ROOT, 'libs/calls/src/job-metadata-template.ts'), 'utf8');
  const fields = [...(/const FIELDS[^[]*\[\] = \[([^\]]*)\]/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
    (match) => match[1],
  );
  expect(fields.length).toBeGreaterThan(15);
  const page = readPages().find(({ path }) => path === 'docs/job-metadata.md');
  if (page === undefined) throw new Error('There is no docs/job-metadata.md.');
  expect(Object.keys(JSON.parse(blocks(page, 'json')[0] ?? '{}') as object)).toEqual(fields);
  expect([...page.text.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])).toEqual(fields);
});
