import { expect, test } from '@jest/globals';

import { startSharedClock } from '../src/start-shared-clock.ts';

const TEN_MINUTES = 600_000;

async function started(read: () => Promise<number>, everyMs?: number) {
  const warnings: string[] = [];
  const logger = { warn: (_: unknown, line?: string) => void warnings.push(line ?? '') };
  const clock = await startSharedClock({ read, logger, ...(everyMs !== undefined && { everyMs }) });
  return { clock, warnings };
}

test.each([TEN_MINUTES, -TEN_MINUTES])(
  "tells the database's time, %d ms off, and that this process's is not",
  async (offMs) => {
    const { clock, warnings } = await started(async () => Date.now() + offMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Math.abs(clock.now() - Date.now() - offMs)).toBeLessThan(1_000);
    expect(warnings).toEqual(["this process's clock is not the database's"]);
    clock.stop();
  },
);

test('follows a clock that is set, and goes on while the database is away', async () => {
  let offMs = 0;
  let isAway = false;
  const read = async () => {
    if (isAway) throw new Error('away');
    return Date.now() + offMs;
  };
  const { clock, warnings } = await started(read, 10);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  expect(warnings).toEqual([]);
  offMs = TEN_MINUTES;
  await new Promise((resolve) => setTimeout(resolve, 100));
  isAway = true;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(Math.abs(clock.now() - Date.now() - TEN_MINUTES)).toBeLessThan(1_000);
  clock.stop();
});
