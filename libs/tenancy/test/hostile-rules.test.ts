import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MAX_RULES_LENGTH, readLineFacts, readLineFactsText, readRules, readRulesText } from '../src/index.ts';
import type { Reading } from '../src/index.ts';
import { everyPlace } from './every-place.ts';
import { FULL_RULES } from './rules-documents.ts';

const DEPTH = 10_000;
const deepList = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
const deepObject = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
const MEGABYTES_10 = 10 * 1024 * 1024;

/** A problem is one line that a terminal shows as it is, and no longer than people read. */
function expectReadable(reading: Reading<unknown>): void {
  if (reading.kind === 'problem') expect(reading.problem).toMatch(/^[ -~…]{1,500}$/);
}

describe('a text', () => {
  test.each([
    ['that is no JSON', '{', /^rules: is not JSON$/],
    ['that is empty', '', /^rules: is not JSON$/],
    ['with NaN', '{"carriers": NaN}', /^rules: is not JSON$/],
    ['of a byte order mark', '\uFEFF{}', /^rules: is not JSON$/],
    ['of 10 MB', `{"notes": "${'x'.repeat(MEGABYTES_10)}"}`, /^rules: is longer than 65536 characters of JSON$/],
    ['of 10 MB of brackets', '['.repeat(MEGABYTES_10), /^rules: is longer than 65536 characters of JSON$/],
    ['of lists 10,000 deep', deepList, /^rules: is not an object$/],
    ['of lists 10,000 deep for carriers', `{"carriers": ${deepList}}`, /^rules\.carriers\[0\]: is not an object$/],
    ['of objects 10,000 deep for limits', `{"limits": ${deepObject}}`, /^rules\.limits: has no key "a"; its keys are/],
    ['with 1e400', '{"limits": {"calls_per_second": 1e400}}', /^rules\.limits\.calls_per_second: /],
  ])('%s has a problem', (_, text, problem) => {
    const reading = readRulesText(text);
    expect(reading).toEqual({ kind: 'problem', problem: expect.stringMatching(problem) as unknown });
    expectReadable(reading);
  });

  test("10,000 deep under other people's key is read", () => {
    expect(readRulesText(`{"notes": ${deepList}}`).kind).toBe('ok');
    expect(readRulesText(`{"notes": ${deepObject}}`).kind).toBe('ok');
  });

  test('of the greatest length is read, one character more is not', () => {
    const text = (length: number) => `{"notes": "${'x'.repeat(length - '{"notes": ""}'.length)}"}`;
    expect(text(MAX_RULES_LENGTH)).toHaveLength(MAX_RULES_LENGTH);
    expect(readRulesText(text(MAX_RULES_LENGTH)).kind).toBe('ok');
    expect(readRulesText(text(MAX_RULES_LENGTH + 1)).kind).toBe('problem');
  });

  test('whatever it is, gets an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => expectReadable(readRulesText(text))),
    );
  });
});

describe('a value', () => {
  const tooLong = { kind: 'problem', problem: 'rules: is longer than 65536 characters of JSON' };

  test.each([
    ['a long text', { notes: 'x'.repeat(MEGABYTES_10) }],
    ['a long key', { ['x'.repeat(MEGABYTES_10)]: 1 }],
    ['a long list', { notes: Array(1_000_000).fill(1) }],
    ['many keys', Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 1]))],
    ['many carriers', { carriers: Array(100_000).fill({ prefixes: ['+91'] }) }],
  ])('with %s is refused, as PostgreSQL’s text of it would be', (_, json) => {
    expect(readRules(json)).toEqual(tooLong);
  });

  test('that contains itself is refused', () => {
    const json: Record<string, unknown> = {};
    json.notes = [json, json];
    expect(readRules(json)).toEqual(tooLong);
  });

  test('is measured as PostgreSQL prints it', () => {
    const json = (length: number) => ({ carriers: [], a: [1, 2, { b: null, c: true }], notes: 'x'.repeat(length) });
    const printed = '{"a": [1, 2, {"b": null, "c": true}], "notes": "", "carriers": []}';
    const room = MAX_RULES_LENGTH - printed.length;
    // It may take a value for a little longer than it is, and never for shorter.
    expect(readRules(json(room - 20)).kind).toBe('ok');
    expect(readRules(json(room + 1)).kind).toBe('problem');
  });

  test('in which lists and objects change places gets an answer at every place', () => {
    for (const place of everyPlace(FULL_RULES)) {
      for (const stranger of [
        [],
        [[]],
        {},
        NaN,
        -Infinity,
        10n,
        Symbol('x'),
        () => 1,
        new Date(0),
        new Map(),
        undefined,
      ])
        expectReadable(readRules(place.with(stranger)));
    }
  });

  test('whatever it is, gets an answer', () => {
    const places = everyPlace(FULL_RULES);
    const hostile = fc
      .tuple(fc.constantFrom(...places), fc.anything({ withNullPrototype: true, withSparseArray: true }))
      .map(([place, value]) => place.with(value));
    fc.assert(
      fc.property(hostile, (json) => expectReadable(readRules(json))),
      { numRuns: 1_000 },
    );
  });

  test('a problem does not repeat what it found', () => {
    expect(JSON.stringify(readRules({ livekit_config: 'a-secret-in-the-wrong-place' }))).not.toContain('a-secret');
  });

  test('a long and colourful key is cut and written out', () => {
    const reading = readRules({ limits: { ['\u001b[31m\u202e\n"' + 'x'.repeat(1_000)]: 1, ['y'.repeat(1_000)]: 2 } });
    expect(reading).toEqual({
      kind: 'problem',
      problem: expect.stringMatching(
        /^rules\.limits: has no key "\\u001b\[31m\\u202e\\n\\"x{32}…", "y{40}…"; its/,
      ) as unknown,
    });
    expectReadable(reading);
  });
});

describe.each(['__proto__', 'constructor', 'prototype', 'toString'])('a key %s', (key) => {
  const objects = everyPlace(FULL_RULES).filter(({ value }) => value instanceof Object && !Array.isArray(value));
  const poisoned = (value: unknown) =>
    JSON.parse(`{"${key}": {"polluted": true}, ${JSON.stringify(value).slice(1)}`) as unknown;

  test("among other people's keys is left alone", () => {
    expect(readRules(poisoned(FULL_RULES))).toEqual(readRules(FULL_RULES));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each(objects.filter(({ path }) => path !== '').map((place) => [place.path, place] as const))(
    'in %s is refused by name',
    (path, place) => {
      // Spreading a document keeps an own __proto__ as it is.
      const reading = readRules(place.with(poisoned(place.value)));
      expect(reading).toMatchObject({
        problem: expect.stringContaining(`rules${path}: has no key "${key}"`) as unknown,
      });
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );
});

test('sabotaged: rules merged key by key would have polluted', () => {
  const merge = (into: Record<string, unknown>, from: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(from)) {
      if (value instanceof Object)
        merge((into[key] ??= {}) as Record<string, unknown>, value as Record<string, unknown>);
      else into[key] = value;
    }
  };
  try {
    merge({}, JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>);
    expect(({} as { polluted?: boolean }).polluted).toBe(true);
  } finally {
    delete (Object.prototype as { polluted?: boolean }).polluted;
  }
});

test('limits and header profiles of any shape get an answer', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (limits, headers) => expectReadable(readLineFacts(limits, headers))),
  );
  for (const text of [deepList, deepObject, '{', `"${'x'.repeat(MEGABYTES_10)}"`]) {
    expectReadable(readLineFactsText(text, null));
    expectReadable(readLineFactsText(null, text));
    expect([readLineFactsText(text, null).kind, readLineFactsText(null, text).kind]).toEqual(['problem', 'problem']);
  }
});
