import { expect, jest, test } from '@jest/globals';

import { HashIndex } from '../../src/snapshot/hash-index.ts';
import { TextTable } from '../../src/snapshot/text-table.ts';

/** How often the index is asked for texts. */
function countLookUps(table: TextTable<number>, ...texts: string[]): number {
  const find = jest.spyOn(HashIndex.prototype, 'find');
  try {
    for (const text of texts) table.find(text);
    return find.mock.calls.length;
  } finally {
    find.mockRestore();
  }
}

test('texts that are not there do not take the place of one that is', () => {
  const table = new TextTable<number>();
  const row = table.add('there', 7);
  expect(countLookUps(table, 'there', 'there')).toBe(1);
  for (let n = 0; n < 20_000; n++) expect(table.find(`nowhere ${n}`)).toBe(-1);
  expect(countLookUps(table, 'there')).toBe(0);
  expect(table.find('there')).toBe(row);
});

test('a text that was looked for in vain is found once it is there, and no more when it is gone', () => {
  const table = new TextTable<number>();
  expect(table.find('a text')).toBe(-1);
  const row = table.add('a text', 7);
  expect([table.find('a text'), table.value(row)]).toEqual([row, 7]);
  table.remove(row);
  expect(table.find('a text')).toBe(-1);
});
