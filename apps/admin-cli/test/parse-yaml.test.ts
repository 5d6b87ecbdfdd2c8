import { describe, expect, test } from '@jest/globals';

import { parseYaml } from '../src/yaml/parse-yaml.ts';

const jsonOf = (text: string): unknown => {
  const reading = parseYaml(text);
  if (reading.kind === 'problem') throw new Error(reading.problem);
  return reading.yaml.json;
};
const problemOf = (text: string): string => {
  const reading = parseYaml(text);
  return reading.kind === 'problem' ? reading.problem : 'none';
};

test.each<[string, string, unknown]>([
  ['numbers to call are text', '- +12125550100\n- 0800\n- 007', ['+12125550100', '0800', '007']],
  ['and so they are as keys', '+12125550100: {a: 1}', { '+12125550100': { a: 1 } }],
  ['amounts are numbers', '[80, -1, 0.5, 0]', [80, -1, 0.5, 0]],
  ['a country is no truth value', 'allow: [NO, IN]', { allow: ['NO', 'IN'] }],
  ['a time of day is text', 'from: 09:00', { from: '09:00' }],
  ['a moment is text', 'at: 2026-11-25T10:00:00Z', { at: '2026-11-25T10:00:00Z' }],
  ['JSON is YAML', '{"a": [1, null, true, "+1"]}', { a: [1, null, true, '+1'] }],
  ['an alias is followed', 'a: &x [1]\nb: *x', { a: [1], b: [1] }],
  ['nothing is null', '', null],
  ['a merge key is a key like any other', '<<: {a: 1}', { '<<': { a: 1 } }],
])('%s', (_, text, json) => {
  expect(jsonOf(text)).toEqual(json);
});

describe('refused, with the line', () => {
  test.each([
    ['a key twice', 'a: 1\nb: 2\na: 3', /^line 3: the key a is there twice/],
    ['__proto__', 'a: 1\n__proto__: {b: 1}', /^line 2: __proto__ cannot be a key/],
    ['__proto__ in quotes', 'a: {"__proto__": 1}', /^line 1: __proto__/],
    ['a key that is a list', '? [a]\n: 1', /^line 1: a key has to be text/],
    ['infinity', 'a:\n  - .inf', /^line 2: this is no number/],
    ['not a number', 'a: .nan', /no number/],
    ['a number beyond JSON', 'a: 1e400', /no number/],
    ['a number that would be rounded', 'a: 12345678901234567890', /too large/],
    ['NUL', 'a: "x\\0"', /NUL/],
    ['half a character', 'a: "\\ud800"', /broken character/],
    ['a type of its own', 'a: !!js/function "x"', /^line 1: /],
    ['two documents', 'a: 1\n---\nb: 2', /^line 2: it holds multiple documents, and one is wanted$/],
    ['a bracket that is left open', 'a: [1', /^line \d/],
    ['an alias of nothing', 'a: *x', /an alias names nothing/],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test.each([
    ['brackets in brackets', '['.repeat(500_000)],
    ['objects in objects', '{"a":'.repeat(200_000)],
    ['lists in lists', '- '.repeat(500_000)],
    ['lists in lists, indented', Array.from({ length: 1_000 }, (_, n) => `${' '.repeat(n)}- `).join('\n')],
    ['questions in questions', '? '.repeat(500_000)],
  ])('depth without end: %s', (_, text) => {
    expect(problemOf(text)).toMatch(/nested too deeply/);
  });

  test('a bomb of aliases', () => {
    const bomb = ['a0: &a0 [x]'];
    for (let n = 1; n < 30; n++)
      bomb.push(
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(problemOf(bomb.join('\n'))).toMatch(/aliases repeat too much/);
  });
});

test('a map of fifty thousand keys is read in seconds, not in a minute', () => {
  const text = Array.from({ length: 50_000 }, (_, n) => `k${n}: 1`).join('\n');
  const start = performance.now();
  expect(Object.keys(jsonOf(text) as object)).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('the line of what is wrong is the one of its key, or of the deepest part that is there', () => {
  const reading = parseYaml('cases:\n  - from: a\n    expect:\n      reason: x\n  - to: b');
  if (reading.kind === 'problem') throw new Error(reading.problem);
  const { lineOf } = reading.yaml;
  expect(
    [[], ['cases'], ['cases', 0, 'expect', 'reason'], ['cases', 1, 'from'], ['nothing', 'here']].map(lineOf),
  ).toEqual([1, 1, 4, 5, 1]);
});
