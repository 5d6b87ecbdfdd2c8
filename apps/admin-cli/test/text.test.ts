import { expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';

import { fields, list } from '../src/text.ts';

test('columns are aligned by what a terminal shows of the text, colours and all', () => {
  const text = list(
    ['name', 'since'],
    [
      ['東京', 'a'],
      ['e\u0301te\u0301', 'b'],
      ['longer name', null],
      ['🙂', 'c'],
    ],
    'none',
  );
  expect(stripVTControlCharacters(text).split('\n')).toEqual([
    'name         since',
    '東京         a',
    'e\u0301te\u0301          b',
    'longer name  –',
    '🙂           c',
  ]);
  expect(stripVTControlCharacters(fields({ a: 1, 'two words': 'x\ny' }))).toBe('  a          1\n  two words  x\\u{a}y');
});

test('a list of a hundred thousand rows is made in seconds, not in hours', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => [`+1212${5_000_000 + index}`, 'x', null]);
  const start = performance.now();
  expect(list(['number', 'since', 'note'], rows, 'none').split('\n')).toHaveLength(100_001);
  expect(performance.now() - start).toBeLessThan(20_000);
});
