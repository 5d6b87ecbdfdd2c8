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
      return [...text.matchAll(/(?<![\w@/-])dialplane ((?:db|tenant|user|config|number|route|call) [^`'\n]*)/g)].map(
        (match) => ({ place, text: match[1] ?? '' }),
      );
    });
}

const program = createProgram(() => async () => {});

function flagsOf(command: Command): string[] {
  return [...program.options, ...command.options]
    .flatMap(({ short, long }) => [short, long])
    .concat('--help')
    .filter((flag) => flag !== undefined);
}

/** Whether the CLI has the command and each of its options. */
function exists(text: string): boolean {
  const [noun, verb] = text.split(/\s+/);
  const command = program.commands
    .find((one) => one.name() === noun)
    ?.commands.find((one) => one.name() === verb?.replace(/[^a-z-].*$/, ''));
  const flags = [...(text.split(/ and dialplane |[;(]|: /)[0] ?? '').matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(
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

test.each(['number mend +12125550100', 'number check +12125550100 --tennant x', 'number'])(
  '"%s" would be found wrong',
  (text) => {
    expect(exists(text)).toBe(false);
  },
);
