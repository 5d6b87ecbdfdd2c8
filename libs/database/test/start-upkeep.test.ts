import { expect, test } from '@jest/globals';
import { emptySnapshot } from '@dialplane/routing';

import type { FeedConnection } from '../src/snapshot-feed/feed-connection.ts';
import type { FeedEvent } from '../src/snapshot-feed/snapshot-feed.ts';
import { startUpkeep } from '../src/snapshot-feed/start-upkeep.ts';
import { tableSources } from '../src/snapshot-feed/table-sources.ts';
import { eventually } from './feed-case.ts';

const NO_ROWS = ['0', '0', '0'];
/** A connection to a database without rows, as far as a comparison goes. */
const aConnection = (change: Partial<FeedConnection> = {}) =>
  ({ rows: async () => [NO_ROWS], beginAt: async () => {}, close: () => {}, ...change }) as FeedConnection;
const refusing = async () => {
  throw new Error('refused');
};

test.each<[string, FeedConnection, FeedConnection]>([
  ['the state of the database is not handed out', aConnection({ rows: refusing }), aConnection()],
  ['the state of the database is not taken', aConnection(), aConnection({ beginAt: refusing })],
])('a comparison for which %s is said to have failed, and the next one succeeds', async (_, follower, comparer) => {
  const events: FeedEvent[] = [];
  const connections = [comparer];
  let asked = 0;
  const stopping = new AbortController();
  const { inTransaction, stopped } = startUpkeep({
    followed: { schema: 'dialplane', sources: tableSources('dialplane'), empty: emptySnapshot() },
    connect: async () => connections.shift() ?? aConnection(),
    askNow: () => void asked++,
    emit: (event) => events.push(event),
    stopping: stopping.signal,
    digestEveryMs: 10,
    pruneEveryMs: Infinity,
  });
  const snapshot = emptySnapshot().stage().commit('test.1');
  await eventually(() => asked === 1);
  await inTransaction(follower, snapshot);
  await eventually(() => asked === 2);
  await inTransaction(aConnection(), snapshot);
  await eventually(() => events.length >= 2);
  stopping.abort();
  await stopped;
  expect(events.slice(0, 2)).toMatchObject([
    { kind: 'upkeep_failed', error: { message: 'refused' } },
    { kind: 'digest_matched' },
  ]);
});

test('a comparison whose connection is made while the feed is being stopped does not hold that up', async () => {
  const connecting = Promise.withResolvers<FeedConnection>();
  let isAsked = false;
  let isClosed = false;
  const stopping = new AbortController();
  const { stopped } = startUpkeep({
    followed: { schema: 'dialplane', sources: tableSources('dialplane'), empty: emptySnapshot() },
    connect: () => {
      isAsked = true;
      return connecting.promise;
    },
    askNow: () => {},
    emit: () => {},
    stopping: stopping.signal,
    digestEveryMs: 10,
    pruneEveryMs: Infinity,
  });
  await eventually(() => isAsked);
  stopping.abort();
  connecting.resolve(aConnection({ close: () => void (isClosed = true) }));
  await stopped;
  expect(isClosed).toBe(true);
}, 10_000);
