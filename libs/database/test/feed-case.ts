import { setTimeout as sleep } from 'node:timers/promises';

import { startSnapshotFeed } from '@dialplane/database';
import type { FeedEvent, SnapshotFeed, SnapshotFeedOptions } from '@dialplane/database';
import type { TestDatabase } from '@dialplane/database/testing';
import type { Snapshot, TableName } from '@dialplane/routing';

import { runSql } from './fixtures.ts';

export interface FeedCase {
  readonly feed: SnapshotFeed;
  readonly events: FeedEvent[];
  eventsOf<Kind extends FeedEvent['kind']>(kind: Kind): Extract<FeedEvent, { kind: Kind }>[];
  stop(): Promise<void>;
}

const running = new Set<SnapshotFeed>();

/** Stops what a test that failed has left running. */
export async function stopFeeds(): Promise<void> {
  await Promise.all([...running].map((feed) => feed.stop()));
  running.clear();
}

/** A feed of the database whose events are kept. */
export async function aFeed(
  { urls, schema }: Pick<TestDatabase, 'urls' | 'schema'>,
  options: Partial<SnapshotFeedOptions> = {},
): Promise<FeedCase> {
  const events: FeedEvent[] = [];
  const feed = await startSnapshotFeed({
    url: urls.router,
    schema,
    onEvent: (event) => events.push(event),
    ...options,
  });
  running.add(feed);
  return {
    feed,
    events,
    eventsOf: (kind) => events.filter((event) => event.kind === kind) as never,
    stop: async () => {
      running.delete(feed);
      await feed.stop();
    },
  };
}

const TABLES: readonly TableName[] = [
  'users',
  'voice_agents',
  'tenants',
  'voice_agent_numbers',
  'voice_agent_livekit',
  'deployments',
  'trunks',
  'do_not_call',
];

/** Every row of a snapshot, in an order that two snapshots have in common. */
export function allRows(snapshot: Snapshot): Record<string, string[]> {
  return Object.fromEntries(
    TABLES.map((table) => [table, [...snapshot.rows(table)].map((row) => JSON.stringify(row)).sort()]),
  );
}

/** What a feed that has just been started reads. */
export async function snapshotOf(database: Pick<TestDatabase, 'urls' | 'schema'>): Promise<Snapshot> {
  const { feed, stop } = await aFeed(database);
  await stop();
  return feed.current();
}

export async function readAnew(database: Pick<TestDatabase, 'urls' | 'schema'>): Promise<Record<string, string[]>> {
  return allRows(await snapshotOf(database));
}

/** Waits until it holds; fails when it does not in time. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${holds.toString()}`);
    await sleep(5);
  }
}

/** The version that the database has now. */
export async function databaseVersion({ ownerUrl, schema }: TestDatabase): Promise<string> {
  const sql = `SELECT epoch || '.' || version AS version FROM ${schema}.feed_position()`;
  return (await runSql<{ version: string }>(ownerUrl, sql))[0]?.version ?? '';
}

/** Waits until the feed has what the database has. */
export async function caughtUp(database: TestDatabase, { feed }: FeedCase, withinMs?: number): Promise<void> {
  await eventually(async () => feed.current().snapshotVersion === (await databaseVersion(database)), withinMs);
}
