import type { JsonChange } from '@dialplane/tenancy';

import { visible } from '../text.ts';
import type { YamlFile } from '../yaml/read-yaml-file.ts';

/** What a file asks for, of the keys that are ours. */
export interface FileChange extends JsonChange {
  /** Keys of the file that are not ours. */
  readonly others: Readonly<Record<string, unknown>>;
}

/**
 * Reads a file of keys to set. A key that is null is taken away; one that the file does not have stays as it is, or is
 * taken away when the file replaces.
 */
export function toJsonChange(file: YamlFile, ours: readonly string[], isReplacing: boolean): FileChange {
  const { json } = file;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return file.fail([], `it holds no object, whose keys are ${ours.join(', ')}`);
  const entries = Object.entries(json);
  if (entries.length === 0 && !isReplacing) return file.fail([], 'it names nothing to set');
  const isOurs = ([key]: readonly [string, unknown]) => ours.includes(key);
  const set = entries.filter((entry) => isOurs(entry) && entry[1] !== null);
  const named = new Set(set.map(([key]) => key));
  const nulls = entries.filter((entry) => isOurs(entry) && entry[1] === null).map(([key]) => key);
  return {
    set: Object.fromEntries(set),
    remove: isReplacing ? ours.filter((key) => !named.has(key)) : nulls,
    replacesOther: isReplacing,
    others: Object.fromEntries(entries.filter((entry) => !isOurs(entry))),
  };
}

/** Says of a key that is not ours. */
export const unknownKey = (key: string, ours: readonly string[]): string =>
  `there is no key ${visible(key.slice(0, 40))}; the keys are ${ours.join(', ')}`;
