import type { Lease } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import { createLogger } from '@dialplane/telemetry';
import { expect, test } from '@jest/globals';

import { startTakingOver } from '../src/carry-out/start-taking-over.ts';
import { until } from './call-service.ts';
import { TENANT } from './known-ids.ts';
import { storedCall } from './stored-call.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

test('calls that were taken over are read several at a time, and one that cannot be read delays none', async () => {
  const leases: Lease[] = Array.from({ length: 40 }, (_, n) => ({ tenantId: TENANT, callId: `call-${n}`, fence: 2 }));
  const taken: string[] = [];
  let [reading, most] = [0, 0];
  let offered = false;
  const taking = startTakingOver({
    calls: {
      takeOver: async () => {
        if (offered) return [];
        offered = true;
        return leases;
      },
      get: async (_, id) => {
        most = Math.max(most, ++reading);
        await new Promise((resolve) => setTimeout(resolve, 10));
        reading--;
        if (id === 'call-3') throw new Error('unreadable');
        return id === 'call-5' ? undefined : storedCall({ id });
      },
    },
    takeOverMs: 5,
    logger,
    room: () => 100,
    giveUp: async () => true,
    onTaken: ({ id }, { callId }) => {
      expect(id).toBe(callId);
      taken.push(id);
    },
  });
  await until(() => taken.length === 38);
  await taking.stop();
  expect(new Set(taken).size).toBe(38);
  expect(most).toBe(8);
});

/** How often a call was taken over that cannot be read, for this reason, before it was given up; never by the 30th time. */
async function takenUntilGivenUp(error: Error): Promise<number | undefined> {
  let fence = 0;
  let givenUpAt: number | undefined;
  const taking = startTakingOver({
    calls: {
      takeOver: async () => [{ tenantId: TENANT, callId: 'call-1', fence: ++fence }],
      get: () => Promise.reject(error),
    },
    takeOverMs: 1,
    logger,
    room: () => 100,
    giveUp: async (lease) => {
      givenUpAt ??= lease.fence;
      return true;
    },
    onTaken: () => undefined,
  });
  await until(() => givenUpAt !== undefined || fence >= 30);
  await taking.stop();
  return givenUpAt;
}

test('a call that one process cannot read ten times is given up', async () => {
  expect(await takenUntilGivenUp(new Error('unreadable'))).toBe(10);
});

test('not while the database is away, however often', async () => {
  expect(await takenUntilGivenUp(new DatabaseUnavailableError('away'))).toBeUndefined();
});
