import { expect, test } from '@jest/globals';

import { createCase, liveKitServers } from './case.ts';
import type { Server } from './case.ts';
import { startDispatcherProcess } from './dispatcher-process.ts';
import { sendOneKey } from './one-key.ts';

const ROUNDS = 200;

test('50 Dispatches at once with one key, 200 times: one row each, and equal replies', async () => {
  const [server] = liveKitServers() as [Server];
  const parts = await createCase();
  await parts.useServer(server, { dialMode: 'dispatcher' });
  const dispatchers = await Promise.all([1, 2].map(() => startDispatcherProcess(parts)));
  try {
    const begun = performance.now();
    const result = await sendOneKey(parts, dispatchers, ROUNDS);
    console.log(JSON.stringify({ ...result, seconds: Math.round((performance.now() - begun) / 1_000) }));
    expect(result).toEqual({ rounds: ROUNDS, rows: ROUNDS, keys: ROUNDS, unequal: [], failures: [] });
  } finally {
    await Promise.all(dispatchers.map(({ stop }) => stop()));
    await parts.stop();
  }
}, 1_800_000);
