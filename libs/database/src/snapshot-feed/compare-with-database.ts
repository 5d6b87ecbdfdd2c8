import { hash } from 'node:crypto';

import type { Snapshot, TableName } from '@dialplane/routing';

import type { FeedConnection } from './feed-connection.ts';
import type { Pause } from './slices.ts';
import { TABLE_NAMES } from './table-sources.ts';
import type { TableSource, TableSources } from './table-sources.ts';

/** How long the database may take over the digest of a table, which reads all of it. */
const DIGEST_WITHIN_MS = 600_000;
/** Neither is in any text that PostgreSQL lets through our columns' ways of writing. */
const [BETWEEN, NULL_VALUE] = ['\u0001', '\u0002'];

/** A table whose rows differ, with the digests by which that was seen: `<count> <sum> <sum>`. */
export interface Difference {
  readonly table: TableName;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Compares the rows of a snapshot with those that the connection's transaction sees, table by table: by their
 * number and by sums of their hashes, in which the order does not count. The database adds its own up by itself.
 */
export async function compareWithDatabase(
  connection: FeedConnection,
  sources: TableSources,
  snapshot: Snapshot,
  pause: Pause,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const table of TABLE_NAMES) {
    const source = sources[table] as TableSource;
    const [row = []] = await connection.rows(digestSql(source), [], DIGEST_WITHIN_MS);
    const theirs = row.join(' ');
    const ours = await digestOf(snapshot, table, source, pause);
    if (ours !== theirs) differences.push({ table, ours, theirs });
  }
  return differences;
}

function digestSql(source: TableSource): string {
  const columns = source.toValues(source.toRow([])).map((_, n) => `c${n}`);
  const texts = columns.map((column) => `coalesce(${column}, chr(2))`).join(', ');
  const sum = (from: number): string =>
    `coalesce(sum(('x' || substr(h, ${from}, 8))::bit(32)::bigint), 0) % 4294967296`;
  return `SELECT count(*), ${sum(1)}, ${sum(9)}
    FROM (SELECT md5(concat_ws(chr(1), ${texts})) AS h FROM (${source.all} ${source.groupBy ?? ''}) r (${columns.join(', ')})) d`;
}

async function digestOf(snapshot: Snapshot, table: TableName, source: TableSource, pause: Pause): Promise<string> {
  let [count, first, second] = [0, 0, 0];
  for (const row of snapshot.rows(table)) {
    const values = source.toValues(row).map((value) => value ?? NULL_VALUE);
    const text = values.join(BETWEEN);
    const digest = hash('md5', text, 'hex');
    count++;
    first = (first + parseInt(digest.slice(0, 8), 16)) % 0x1_0000_0000;
    second = (second + parseInt(digest.slice(8, 16), 16)) % 0x1_0000_0000;
    const rest = pause(text.length);
    if (rest !== undefined) await rest;
  }
  return `${count} ${first} ${second}`;
}
