import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from '@jest/globals';

import { schemaFiles } from '../schema-files.ts';

test.each([...schemaFiles()])('%s is up to date: npm run rules:schema', (path, text) => {
  expect(readFileSync(resolve(import.meta.dirname, '../../..', path), 'utf8')).toBe(text);
});
