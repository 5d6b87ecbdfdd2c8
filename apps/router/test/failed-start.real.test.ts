import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { createCase } from './case.ts';
import type { Case } from './case.ts';
import { startAsked } from './start-router.ts';

let data: Case;
beforeAll(async () => {
  data = await createCase();
});
afterAll(() => data.drop());

/** Takes a port of loopback, a free one unless it is given. */
async function take(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    address: `127.0.0.1:${taken}`,
    release: async () => void (await once(server.close(), 'close')),
  };
}

async function feedConnections(): Promise<number> {
  const client = new pg.Client({ connectionString: data.superuserUrl });
  await client.connect();
  try {
    const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'dialplane snapshot feed' AND datname = $1`;
    return (await client.query(sql, [data.name])).rows.length;
  } finally {
    await client.end();
  }
}

async function noFeedConnection(): Promise<void> {
  for (const end = performance.now() + 20_000; (await feedConnections()) > 0;) {
    if (performance.now() > end) throw new Error('A feed is still connected.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a start that finds its port taken leaves neither its feed nor its metrics behind', async () => {
  const [taken, free] = [await take(), await take()];
  await free.release();
  const env = { ROUTER_LISTEN: taken.address, METRICS_LISTEN: free.address };
  await expect(startAsked(data, env)).rejects.toThrow(/by ROUTER_LISTEN .*(in use|EADDRINUSE|bind)/i);
  await noFeedConnection();
  await (await take(free.port)).release();
  await taken.release();
  // Twin: with the port free it starts, and is connected.
  const asked = await startAsked(data, env);
  expect(await feedConnections()).toBeGreaterThan(0);
  await asked.stop();
  await noFeedConnection();
});

test('one that cannot serve its metrics leaves no feed behind', async () => {
  const taken = await take();
  await expect(startAsked(data, { METRICS_LISTEN: taken.address })).rejects.toThrow('EADDRINUSE');
  await noFeedConnection();
  await taken.release();
});
