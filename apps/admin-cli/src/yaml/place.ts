import { InvalidArgumentError } from 'commander';

import { Refusal } from '../refusal.ts';
import { visible } from '../text.ts';
import type { Path } from './line-of-path.ts';
import type { YamlFile } from './read-yaml-file.ts';

/** A value of a file and where it stands. Whatever is read from it and is wrong is refused with its line. */
export interface Place {
  readonly value: unknown;
  fail(problem: string): never;
  /** The same, with the line of what is below; the problem goes on after the name of this place. */
  failBelow(path: Path, problem: string): never;
  /** An object that has none but these keys; what is null or not there is left out. */
  object(keys: readonly string[]): Readonly<Record<string, Place | undefined>>;
  /** An object of any keys. */
  entries(): readonly (readonly [key: string, place: Place])[];
  list(): readonly Place[];
  /** Text, or a whole number that somebody wrote without quotes. */
  text(): string;
  boolean(): boolean;
  oneOf<Word extends string>(words: readonly Word[]): Word;
  /** Reads text as an argument of the command line is read. */
  read<T>(reader: (text: string) => T): T;
}

export const topOf = (file: YamlFile): Place => placeAt(file, [], file.json);

function placeAt(file: YamlFile, path: Path, value: unknown): Place {
  const spelt = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${visible(step).slice(0, 40)}`))
    .join('');
  const name = spelt.replace(/^\./, '');
  const fail = (problem: string): never => file.fail(path, name === '' ? problem : `${name} ${problem}`);
  const below = (step: string | number, inner: unknown) => placeAt(file, [...path, step], inner);
  const asObject = (): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : fail(name === '' ? 'it holds no object' : 'is not an object');
  const place: Place = {
    value,
    fail,
    failBelow: (rest, problem) => file.fail([...path, ...rest], `${name}${problem}`),
    object: (keys) => {
      const object = asObject();
      const other = Object.keys(object).find((key) => !keys.includes(key));
      if (other !== undefined)
        file.fail(
          [...path, other],
          `${name === '' ? 'it' : name} has the key ${visible(other.slice(0, 40))}; its keys are ${keys.join(', ')}`,
        );
      const present = Object.entries(object).filter(([, inner]) => inner !== null);
      return Object.fromEntries(present.map(([key, inner]) => [key, below(key, inner)]));
    },
    entries: () => Object.entries(asObject()).map(([key, inner]) => [key, below(key, inner)] as const),
    list: () =>
      Array.isArray(value)
        ? value.map((inner: unknown, index) => below(index, inner))
        : fail(name === '' ? 'it holds no list' : 'is not a list'),
    text: () => {
      if (typeof value === 'string') return value;
      return typeof value === 'number' && Number.isInteger(value) ? String(value) : fail('is not text');
    },
    boolean: () => (typeof value === 'boolean' ? value : fail('is neither true nor false')),
    oneOf: (words) => words.find((word) => word === value) ?? fail(`is none of ${words.join(', ')}`),
    read: (reader) => {
      try {
        return reader(place.text());
      } catch (error) {
        const isOfArgument =
          error instanceof InvalidArgumentError || (error instanceof Refusal && !error.message.startsWith('The '));
        // A problem is the end of a sentence, whose full stop comes after it.
        if (isOfArgument) return fail(`cannot be used. ${error.message.replace(/\.$/, '')}`);
        throw error;
      }
    },
  };
  return place;
}
