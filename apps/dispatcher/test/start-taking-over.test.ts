import type { Lease } from '@dialplane/calls';
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
