import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { createCase } from './case.ts';
import type { Case } from './case.ts';
import { askBehindAWriter, startLoad, stopUnderLoad } from './ordeals.ts';
import { startAsked } from './start-router.ts';

const MINUTE_MS = 60_000;

let data: Case;

beforeAll(async () => {
  data = await createCase();
});

afterAll(() => data.drop());

test(
  'no RouteCall fails while the database is down for ten minutes',
  async () => {
    const asked = await startAsked(data);
    const load = startLoad(asked.routeCall);
    const bringBack = await data.takeDown();
    await new Promise((resolve) => setTimeout(resolve, 10 * MINUTE_MS));
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_meanwhile'");
    await bringBack();
    await asked.until(
      ({ outcome }) => outcome?.$case === 'route' && outcome.value.targets[0]?.sipTrunkId === 'ST_meanwhile',
    );
    await load.stop();
    await asked.stop();
    expect(load.errors()).toEqual([]);
  },
  15 * MINUTE_MS,
);

test(
  'no answer of 100,000 is older than the min_snapshot_version that it was asked for',
  async () => {
    const routers = [await startAsked(data), await startAsked(data)];
    const rounds = { writes: 2_000, asks: 50, min: true };
    expect(await askBehindAWriter(data, routers, rounds)).toEqual({ answers: 100_000, older: 0 });
    for (const { stop } of routers) await stop();
  },
  15 * MINUTE_MS,
);

test(
  'of 100 routers that are stopped by SIGTERM under load, each answers every call that it has taken',
  async () => {
    expect((await stopUnderLoad(data, { times: 100, drainMs: 10_000 })).errors).toEqual([]);
  },
  15 * MINUTE_MS,
);
