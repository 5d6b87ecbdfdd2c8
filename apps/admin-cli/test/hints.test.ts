import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import type { Command } from 'commander';

import { createProgram } from '../src/program.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PLACES = [
  'apps/*/src/**/*.ts',
  'libs/*/src/**/*.ts',
  'tools/*/src/**/*.ts',
  'docs/**/*.md',
  'README.md',
  'proto/dialplane/**/*.proto',
];

interface Named {
  readonly place: string;
  readonly text: string;
}

/** Every `dialplane <noun> …` that a hint, a page or a comment tells somebody to run. */
function commandsNamed(): Named[] {
  return PLACES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .filter((place) => !place.includes('/gen/'))
    .flatMap((place) => {
      const text = readFileSync(join(ROOT, place), 'utf8').replaceAll('\\\n', ' ');
      // Up to the end of the command: a quote of the text around it, a full stop, or the end of the line.
      return [
        ...text.matchAll(
          /(?<![\w@/-])dialplane ((?:db|tenant|user|config|number|trunk|deployment|do-not-call|route|call) [^`'\n]*)/g,
        ),
      ].map((match) => ({ place, text: match[1] ?? '' }));
    });
}

const program = createProgram(() => async () => {});

function flagsOf(command: Command): string[] {
  return [...program.options, ...command.options]
    .flatMap(({ short, long }) => [short, long])
    .concat('--help')
    .filter((flag) => flag !== undefined);
}

/** The command that the words begin with, and the words after it. */
function commandOf(words: readonly string[], group: Command = program): Command | undefined {
  const [word, ...rest] = words;
  const found = group.commands.find((one) => one.name() === word?.replace(/[^a-z-].*$/, ''));
  return found === undefined || found.commands.length === 0 ? found : commandOf(rest, found);
}

/** Whether the CLI has the command and each of its options. */
function exists(text: string): boolean {
  const command = commandOf(text.split(/\s+/));
  const flags = [...(text.split(/,? (?:and|or) [^]*dialplane |[;(]|: /)[0] ?? '').matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(
    ([flag]) => flag,
  );
  return command !== undefined && flags.every((flag) => flagsOf(command).includes(flag));
}

test('every command that a hint or a page names exists, with all of its options', () => {
  // The texts of `enable` and `disable` are made from one template.
  const named = commandsNamed().filter(({ text }) => !text.includes(' ${verb} '));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ text }) => !exists(text))).toEqual([]);
});

test.each([
  'number mend +12125550100',
  'number check +12125550100 --tennant x',
  'number',
  'number rules',
  'number rules mend +12125550100',
  'trunk set ST_a --regoin x',
])('"%s" would be found wrong', (text) => {
  expect(exists(text)).toBe(false);
});
