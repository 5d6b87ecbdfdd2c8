import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from '@jest/globals';

import { createCase, liveKitServers } from './case.ts';
import type { Case, Server } from './case.ts';
import { startDispatcherProcess } from './dispatcher-process.ts';
import type { DispatcherProcess } from './dispatcher-process.ts';
import { sendOneKey } from './one-key.ts';

const ROUNDS = 5;
const WITHOUT_KEYS = fileURLToPath(new URL('./without-keys.ts', import.meta.url));

let parts: Case;
let dispatchers: DispatcherProcess[] = [];
afterEach(async () => {
  await Promise.all(dispatchers.map(({ stop }) => stop()));
  await parts.stop();
});

async function start(preload?: string): Promise<void> {
  const [server] = liveKitServers() as [Server];
  parts = await createCase();
  await parts.useServer(server, { dialMode: 'dispatcher' });
  dispatchers = await Promise.all([1, 2].map(() => startDispatcherProcess(parts, {}, preload)));
}

test('50 Dispatches at once with one key, at two dispatchers: one row each, and equal replies', async () => {
  await start();
  expect(await sendOneKey(parts, dispatchers, ROUNDS)).toEqual({
    rounds: ROUNDS,
    rows: ROUNDS,
    keys: ROUNDS,
    unequal: [],
    failures: [],
  });
}, 120_000);

test('twin: where the key does not decide who writes, there are more rows, and replies differ', async () => {
  await start(WITHOUT_KEYS);
  const { rows, unequal } = await sendOneKey(parts, dispatchers, 2);
  expect(rows).toBeGreaterThan(2);
  expect(unequal).toHaveLength(2);
}, 120_000);
