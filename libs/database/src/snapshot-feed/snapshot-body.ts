import type { Snapshot, SnapshotRows, TableName } from '@dialplane/routing';

import type { Pause } from './slices.ts';
import { TABLE_NAMES } from './table-sources.ts';
import type { TableSource, TableSources, Values } from './table-sources.ts';

/** What is written to the file at once, in characters. */
const CHUNK_LENGTH = 64 * 1024;
/** Texts of at least this length, rules for one, are written once, and referred to by their number. */
const LONG_TEXT = 48;
/** So many texts are looked out for; further ones are written where they are. */
const MAX_TEXTS = 100_000;

/** The rows of a snapshot as lines of JSON, in chunks: `"text"`, or `[table, value, …]` with texts by number. */
export async function* writeBody(snapshot: Snapshot, sources: TableSources, pause: Pause): AsyncGenerator<string> {
  const texts = new Map<string, number>();
  let chunk = '';
  const written = (value: string | null): string | number | null => {
    if (value === null || value.length < LONG_TEXT) return value;
    const known = texts.get(value);
    if (known !== undefined || texts.size === MAX_TEXTS) return known ?? value;
    chunk += `${JSON.stringify(value)}\n`;
    texts.set(value, texts.size);
    return texts.size - 1;
  };
  for (const [index, table] of TABLE_NAMES.entries()) {
    const source = sources[table] as TableSource;
    for (const row of snapshot.rows(table)) {
      const values = source.toValues(row).map(written);
      chunk += `${JSON.stringify([index, ...values])}\n`;
      if (chunk.length >= CHUNK_LENGTH) {
        yield chunk;
        chunk = '';
      }
      const rest = pause();
      if (rest !== undefined) await rest;
    }
  }
  if (chunk !== '') yield chunk;
}

/** Makes the snapshot from the lines of a body. Throws when one is not a line of it. */
export async function readBody(
  lines: AsyncIterable<string>,
  sources: TableSources,
  empty: Snapshot,
  snapshotVersion: string,
  pause: Pause,
): Promise<Snapshot> {
  const staging = empty.stage();
  const texts: string[] = [];
  for await (const line of lines) {
    const written = JSON.parse(line) as string | (string | number | null)[];
    if (typeof written === 'string') {
      texts.push(written);
      continue;
    }
    const [index, ...values] = written;
    const table = TABLE_NAMES[index as number] as TableName;
    const read: Values = values.map((value) => (typeof value === 'number' ? (texts[value] ?? null) : value));
    staging.put(table, sources[table].toRow(read));
    const rest = pause();
    if (rest !== undefined) await rest;
  }
  return staging.commit(snapshotVersion);
}
