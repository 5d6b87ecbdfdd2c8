import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

import { isTimeZone, jsonSchemas, NUMBER_KINDS, readLineFacts, readRules, readTenantDefaults } from '../src/index.ts';
import { everyPlace } from './every-place.ts';
import { FULL_RULES, RULES_DOCUMENTS } from './rules-documents.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/rules.md'), 'utf8');
const compile = (schema: object) => new Ajv2020({ allErrors: false }).compile(schema);
const rulesSchema = compile(jsonSchemas().rules);
const defaultsSchema = compile(jsonSchemas().tenantDefaults);

const { region, destinations, calling_hours, limits } = FULL_RULES;
const FULL_DEFAULTS = { region, destinations, calling_hours, limits };

const readDocument = (json: unknown) => readRules(json).kind === 'ok';

/** Values of every kind, to be put where they do not belong. */
const STRANGERS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e15,
  '',
  'x',
  '+91',
  [],
  [[]],
  [null],
  ['+91', '+91'],
  {},
  { a: 1 },
];

describe('the JSON Schema says the same as readRules', () => {
  test.each(RULES_DOCUMENTS.map((document) => [document.name, document] as const))(
    'of %s',
    (_, { json, problem, beyondJsonSchema }) => {
      expect(rulesSchema(json)).toBe(problem === undefined || beyondJsonSchema === true);
    },
  );

  /** Strangers at which the two disagree, as `place value`. */
  function disagreements(document: unknown, schema: (json: unknown) => boolean, read: typeof readDocument): string[] {
    return everyPlace(document).flatMap((place) =>
      STRANGERS.filter((stranger) => {
        const json = place.with(stranger);
        return json !== null && schema(json) !== read(json);
      }).map((stranger) => `${place.path} ${JSON.stringify(stranger)}`),
    );
  }

  // All of them are allowed by the schema and refused by us; what they have in common is in docs/rules.md.
  test('of strangers at every place, but for what it has no words for', () => {
    expect(disagreements(FULL_RULES, rulesSchema, readDocument)).toEqual([
      '.livekit_config null', // the second carrier has no config of its own
      '.routes[0].weight 0', // the second has weight 0 already
      '.carriers[0].dial_format.plus true',
      '.calling_hours.timezone "x"',
    ]);
  });

  test("of strangers in a tenant's defaults", () => {
    const read = (json: unknown) => readTenantDefaults(json).kind === 'ok';
    expect(disagreements(FULL_DEFAULTS, defaultsSchema, read)).toEqual(['.calling_hours.timezone "x"']);
  });
});

const places = everyPlace(FULL_RULES);
const mutated = fc
  .tuple(fc.constantFrom(...places), fc.oneof(fc.jsonValue(), fc.constantFrom(...places.map(({ value }) => value))))
  .map(([place, value]) => place.with(value));

/** A document that is read although the schema refuses it, if there is one among many. */
function findReadButRefused(isAllowed: (json: unknown) => boolean): unknown {
  const sameVerdict = fc.property(
    mutated,
    (json) => readRules(json).kind === 'problem' || json === null || isAllowed(json),
  );
  return fc.check(sameVerdict, { numRuns: 2_000, seed: 4 }).counterexample?.[0];
}

test('whatever is read, the schema allows', () => {
  expect(findReadButRefused(rulesSchema)).toBeUndefined();
});

test('sabotaged: a schema that forgot a key is found out', () => {
  const { properties, ...rest } = jsonSchemas().rules as { properties: Record<string, object> };
  const { region: _, ...others } = properties;
  expect(findReadButRefused(compile({ ...rest, properties: others, additionalProperties: false }))).toBeDefined();
});

describe('docs/rules.md', () => {
  const sections = PAGE.split(/^## /m).map((text) => ({
    title: text.slice(0, text.indexOf('\n')),
    examples: [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => json),
  }));
  const examples = sections.flatMap(({ title, examples }) => examples.map((json) => [title, json] as const));

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples.filter(([title]) => !/header profiles/i.test(title)))(
    'an example of "%s" is valid',
    (title, text) => {
      const json: unknown = JSON.parse(text);
      const [schema, read] = /defaults/i.test(title) ? [defaultsSchema, readTenantDefaults] : [rulesSchema, readRules];
      expect([schema(json), read(json).kind]).toEqual([true, 'ok']);
    },
  );

  test.each(examples.filter(([title]) => /header profiles/i.test(title)))('an example of "%s" is valid', (_, text) => {
    expect(readLineFacts(null, JSON.parse(text)).kind).toBe('ok');
  });

  test('names every key, and every kind of number', () => {
    const keys = places.flatMap(({ value }) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [],
    );
    const missing = [...new Set([...keys, ...NUMBER_KINDS])].filter((key) => !PAGE.includes(`\`${key}\``));
    expect(missing).toEqual([]);
  });

  test('names zones that are known', () => {
    const zones = [...PAGE.matchAll(/"timezone": "([^"]*)"/g)].map(([, zone = '']) => zone);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });
});
