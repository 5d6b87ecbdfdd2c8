import pg from 'pg';
import Cursor from 'pg-cursor';

import { checkRole } from '../check-role.ts';
import { CONNECT_TIMEOUT_MS } from '../open-database.ts';
import { noEpoch } from '../read-snapshot-version.ts';
import { endpointOf, translateError } from '../translate-error.ts';
import { tableMissing } from './table-missing.ts';
import type { Values } from './table-sources.ts';

/** How long to wait for the answer to a short question. */
export const ANSWER_WITHIN_MS = 3_000;
/** How long to wait for the next rows, while the database sorts or waits for a lock. */
export const ROWS_WITHIN_MS = 30_000;
/** When a connection on which nothing is said is probed by TCP. */
const KEEPALIVE_AFTER_MS = 10_000;
const CHANNEL = 'dialplane_changes';
/** Whatever the role's or the database's defaults: how long we wait is said above. Not every server has all of them. */
const NO_TIMEOUTS = `SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN
  ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')`;

/** Where the database's configuration is. */
export interface Position {
  readonly epoch: string;
  readonly version: number;
  /** Changes up to this version are forgotten. */
  readonly prunedVersion: number;
  /** What tells the version from one of the same number that was lost in a crash; empty before the first. */
  readonly mark: string;
  /** The mark of the version that was asked about; empty where there is none. */
  readonly markOfKnown: string;
}

/** A session of the feed's own, which listens for changes. What it throws is translated. */
export interface FeedConnection {
  /** Begins a transaction that sees one state of the database, and tells which. `known`: a version to ask about. */
  begin(known?: number): Promise<Position>;
  /** Rows as they arrive, `batchSize` at a time; the next ones are under way while these are looked at. */
  batches(sql: string, values: readonly unknown[], batchSize: number): AsyncGenerator<Values[]>;
  rows(sql: string, values?: readonly unknown[], withinMs?: number): Promise<Values[]>;
  /** Begins a transaction that sees what the one sees that exported the snapshot. */
  beginAt(exportedSnapshot: string): Promise<void>;
  commit(): Promise<void>;
  close(): void;
}

const AS_TEXT = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/**
 * Connects as the role in `url` and listens before anything is read. `onNotice` gets the versions that the
 * schema's changes are told by; `onLost` is called once when the connection breaks.
 */
export async function openFeedConnection({
  url,
  schema,
  listens = true,
  onNotice = () => {},
  onLost = () => {},
}: {
  url: string;
  schema: string;
  listens?: boolean;
  onNotice?: (version: number) => void;
  onLost?: () => void;
}): Promise<FeedConnection> {
  const endpoint = endpointOf(url);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'dialplane snapshot feed',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
  });
  const breakOff = (): void => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  const waiting = new Set<(error: Error) => void>();
  /**
   * A late answer must not meet the next question: a connection that does not answer in time is broken off. One that
   * is lost answers nothing any more, though a cursor that has had its last row does not tell.
   */
  const answered = async <T>(withinMs: number, work: () => Promise<T>): Promise<T> => {
    let forget = (): void => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        waiting.add(reject);
        const timer = setTimeout(() => {
          reject(new Error('Query read timeout'));
          breakOff();
        }, withinMs);
        forget = () => {
          clearTimeout(timer);
          waiting.delete(reject);
        };
        work().then(resolve, reject);
      });
    } catch (error) {
      throw translateError(tableMissing(error, schema), endpoint);
    } finally {
      forget();
    }
  };
  const ask = (text: string, values?: readonly unknown[], withinMs = ANSWER_WITHIN_MS): Promise<Values[]> =>
    answered(withinMs, async () => {
      const asked = {
        text,
        rowMode: 'array' as const,
        types: AS_TEXT,
        ...(values === undefined ? {} : { values: [...values] }),
      };
      return (await client.query<(string | null)[]>(asked)).rows;
    });

  let isOpen = true;
  const lose = (): void => {
    for (const reject of waiting) reject(new Error('Connection terminated'));
    if (isOpen) onLost();
    isOpen = false;
  };
  client.on('error', lose).on('end', lose);
  client.on('notification', ({ payload = '' }) => {
    const [of, version] = payload.split(' ');
    if (of === schema) onNotice(Number(version));
  });
  try {
    await answered(2 * CONNECT_TIMEOUT_MS, () => client.connect());
    await answered(ANSWER_WITHIN_MS, () => checkRole(client, schema, 'router'));
    await ask(NO_TIMEOUTS);
    if (listens) await ask(`LISTEN ${CHANNEL}`);
  } catch (error) {
    isOpen = false;
    breakOff();
    throw error;
  }

  return {
    begin: async (known = 0) => {
      const [, [row] = []] = await answered(ANSWER_WITHIN_MS, async () => {
        const text = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
          SELECT epoch, version, "${schema}".pruned_version(), "${schema}".version_mark(version), "${schema}".version_mark(${Math.trunc(known)})
          FROM "${schema}".feed_position()`;
        const results = await client.query<(string | null)[]>({ text, rowMode: 'array', types: AS_TEXT });
        return (results as unknown as { rows: Values[] }[]).map(({ rows }) => rows);
      });
      const [epoch, version, pruned, mark, markOfKnown] = row ?? [];
      if (epoch === undefined || epoch === null) {
        throw new Error(noEpoch(schema));
      }
      return {
        epoch,
        version: Number(version),
        prunedVersion: Number(pruned),
        mark: mark ?? '',
        markOfKnown: markOfKnown ?? '',
      };
    },
    async *batches(sql, values, batchSize) {
      const config = { rowMode: 'array', types: AS_TEXT } as unknown as ConstructorParameters<typeof Cursor>[2];
      const cursor = client.query(new Cursor<(string | null)[]>(sql, [...values], config));
      const read = (): Promise<Values[]> => answered(ROWS_WITHIN_MS, () => cursor.read(batchSize));
      let next = read();
      for (;;) {
        const batch = await next;
        if (batch.length === 0) break;
        next = read();
        next.catch(() => {}); // It is thrown when it is its turn.
        yield batch;
      }
    },
    rows: (sql, values, withinMs = ROWS_WITHIN_MS) => ask(sql, values, withinMs),
    beginAt: async (exportedSnapshot) => {
      await ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await ask(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(exportedSnapshot)}`);
    },
    commit: async () => void (await ask('COMMIT')),
    close: () => {
      isOpen = false;
      const done = setTimeout(breakOff, ANSWER_WITHIN_MS);
      client.end().then(
        () => clearTimeout(done),
        () => clearTimeout(done),
      );
    },
  };
}
