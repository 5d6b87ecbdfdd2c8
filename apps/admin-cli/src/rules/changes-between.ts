import { isDeepStrictEqual } from 'node:util';

import { visible } from '../text.ts';

/** A key that is another after a change. Undefined: it is not there. */
export interface KeyChange {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

const SHOWN_LENGTH = 160;

/** What differs between two JSON objects, key by key; what is no object has no keys. */
export function changesBetween(before: unknown, after: unknown): KeyChange[] {
  const [old, next] = [asObject(before), asObject(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((key) => !isDeepStrictEqual(valueAt(old, key), valueAt(next, key)))
    .map((key) => ({ key, before: valueAt(old, key), after: valueAt(next, key) }));
}

/** For people: `before → after` by key. */
export function changesText(changes: readonly KeyChange[]): Record<string, string> {
  return Object.fromEntries(
    changes.map(({ key, before, after }) => [visible(key), `${shortened(before)} → ${shortened(after)}`]),
  );
}

/** For `--json`, where what is not there is null. */
export const changesJson = (changes: readonly KeyChange[]) =>
  changes.map(({ key, before, after }) => ({ key, before: before ?? null, after: after ?? null }));

function shortened(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

const asObject = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};

const valueAt = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
