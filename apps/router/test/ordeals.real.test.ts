import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RouterClient } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { credentials } from '@grpc/grpc-js';

import { createCase } from './case.ts';
import type { Case } from './case.ts';
import { askBehindAWriter, stopUnderLoad, startLoad, startRouterProcess } from './ordeals.ts';
import { REQUEST, startAsked } from './start-router.ts';
import type { Asked } from './start-router.ts';
import { watchHealth } from './watch-health.ts';

let data: Case;
const running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  data = await createCase();
});

afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
  await data.drop();
});

async function start(
  ...options: [env?: Record<string, string>, change?: Parameters<typeof startAsked>[2]]
): Promise<Asked> {
  const asked = await startAsked(data, ...options);
  running.push(asked);
  return asked;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const goesOver = (trunk: string) => (answer: Awaited<ReturnType<Asked['routeCall']>>) =>
  answer.outcome?.$case === 'route' && answer.outcome.value.targets[0]?.sipTrunkId === trunk;
const explain = ({ client }: Asked) =>
  callUnary(client.explainRoute.bind(client), { request: REQUEST, at: undefined, proposedRules: '' });

describe('with the database down', () => {
  test('no RouteCall fails, and what changed meanwhile is seen after its return', async () => {
    const asked = await start();
    const load = startLoad(asked.routeCall);
    const bringBack = await data.takeDown();
    await sleep(2_500);
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_meanwhile'");
    await sleep(300);
    expect(goesOver('ST_uae')(await asked.routeCall())).toBe(true);
    const { snapshotAge, isExpired } = await explain(asked);
    expect(isExpired).toBe(false);
    expect(snapshotAge?.seconds).toBeGreaterThanOrEqual(2);
    await bringBack();
    await asked.until(goesOver('ST_meanwhile'));
    await load.stop();
    expect(load.errors()).toEqual([]);
    expect(load.answered()).toBeGreaterThan(100);
  });

  test('twin: and SNAPSHOT_MAX_AGE on, calls fail when the snapshot is that old, health says so, and both recover', async () => {
    const asked = await start({}, { maxAgeMs: 4_000 });
    const health = watchHealth(asked.router.address, 'dialplane.v1.Router');
    const { expiresAt } = await asked.route();
    expect(expiresAt?.getTime()).toBeLessThanOrEqual(Date.now() + 4_000);
    const load = startLoad(asked.routeCall);
    const bringBack = await data.takeDown();
    await health.until('NOT_SERVING');
    await load.stop();
    expect(load.errors().length).toBeGreaterThan(0);
    expect(await asked.failure()).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'SNAPSHOT_EXPIRED',
      fault: 'dialplane',
      retryable: true,
    });
    expect(await explain(asked)).toMatchObject({ isExpired: true });
    await bringBack();
    await health.until('SERVING');
    expect(await explain(asked)).toMatchObject({ isExpired: false });
    expect((await asked.route()).targets).toHaveLength(1);
    health.close();
  });

  test('a router starts from its snapshot file, and says so; without one it does not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dialplane-router-'));
    const env = { SNAPSHOT_FILE: join(folder, 'snapshot') };
    const first = await startRouterProcess(data, env);
    expect(first.output()).toContain('"startedFrom":"database"');
    await first.stop();
    const bringBack = await data.takeDown();
    const second = await startRouterProcess(data, env);
    expect(second.output()).toContain('"startedFrom":"file"');
    const client = new RouterClient(second.address, credentials.createInsecure());
    expect(goesOver('ST_uae')(await callUnary(client.routeCall.bind(client), REQUEST))).toBe(true);
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_meanwhile'");
    await expect(start()).rejects.toThrow(/database/i);
    await bringBack();
    while (!goesOver('ST_meanwhile')(await callUnary(client.routeCall.bind(client), REQUEST))) await sleep(50);
    client.close();
    await second.stop();
    await rm(folder, { recursive: true });
  });
});

describe('two routers and a writer', () => {
  const ROUNDS = { writes: 150, asks: 20 };

  test('no answer is older than the min_snapshot_version that it was asked for', async () => {
    const routers = [await start(), await start()];
    expect(await askBehindAWriter(data, routers, { ...ROUNDS, min: true })).toEqual({ answers: 3_000, older: 0 });
  });

  test('twin: without it, some are', async () => {
    const routers = [await start(), await start()];
    const { older } = await askBehindAWriter(data, routers, { ...ROUNDS, writes: 30, min: false });
    expect(older).toBeGreaterThan(0);
  });
});

describe('routers that are stopped by SIGTERM under load', () => {
  test('answer every call that they have taken', async () => {
    const { answered, errors } = await stopUnderLoad(data, { times: 2, drainMs: 10_000 });
    expect(errors).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(2 * 120);
  });

  test('twin: with no time to drain, they do not', async () => {
    expect((await stopUnderLoad(data, { times: 1, drainMs: 0 })).errors.length).toBeGreaterThan(0);
  });
});
