import { createLogger } from '@dialplane/telemetry';
import { expect, test } from '@jest/globals';

import { startPruning } from '../src/webhooks/start-pruning.ts';
import { until } from './call-service.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const logger = createLogger({ service: 'test', level: 'silent' });

test('webhooks older than seven days are forgotten, batch by batch, until no whole one is left', async () => {
  const asked: unknown[] = [];
  const batches = [500, 500, 3];
  const prune = async (...request: unknown[]) => {
    asked.push(request);
    return batches.shift() ?? 0;
  };
  const pruning = startPruning({ webhooks: { prune }, logger, everyMs: 20 });
  await until(async () => asked.length >= 3);
  expect(asked[0]).toEqual([7 * DAY_MS, 500]);
  await pruning.stop();
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toHaveLength(before);
});

test('a database that is away is asked again', async () => {
  let tries = 0;
  const prune = async () => {
    if (++tries < 3) throw new Error('away');
    return 0;
  };
  const pruning = startPruning({ webhooks: { prune }, logger, everyMs: 10 });
  await until(async () => tries >= 3);
  await pruning.stop();
});

test('stopping does not wait for the next look', async () => {
  const pruning = startPruning({ webhooks: { prune: async () => 0 }, logger });
  await pruning.stop();
});
