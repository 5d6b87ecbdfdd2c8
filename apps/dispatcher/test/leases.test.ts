import { expect, test } from '@jest/globals';
import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import { createLogger } from '@dialplane/telemetry';

import { guardClient } from '../src/carry-out/client-of.ts';
import { createLeases } from '../src/carry-out/leases.ts';
import type { OwnedCall } from '../src/carry-out/owned-call.ts';
import { startTakingOver } from '../src/carry-out/start-taking-over.ts';
import { newAttempt, newCall } from './stored-call.ts';
import { createMemoryCalls } from './memory-calls.ts';
import { TENANT } from './known-ids.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const LEASE = { tenantId: TENANT, callId: 'c', fence: 1 };
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('whoever waits for the lease of a call that was let go of is told, and does not wait for ever', async () => {
  const leases = createLeases({ calls: { renew: async (held) => held }, leaseMs: 50, logger });
  const held = leases.hold(LEASE, performance.now() - 100);
  leases.forget(LEASE);
  await expect(held.confirm()).rejects.toThrow('let go of');
  leases.stop();
});

test('nothing is sent for a lease that was lost while the credential was read', async () => {
  let sent = 0;
  const send = async () => {
    sent++;
    throw new LiveKitError('server_error', 'unknown', 'away');
  };
  const inner = { listParticipants: send, deleteRoom: send } as unknown as LiveKitClient;
  const open = async () => after(30).then(() => inner);
  for (const ask of [
    (client: Pick<LiveKitClient, 'listParticipants' | 'deleteRoom'>) => client.listParticipants('r'),
    (client: Pick<LiveKitClient, 'listParticipants' | 'deleteRoom'>) => client.deleteRoom('r'),
  ]) {
    const controller = new AbortController();
    const held = { signal: controller.signal, confirm: async () => controller.signal.throwIfAborted() };
    const client = guardClient({ held, call: { state: 'in_progress' } } as unknown as OwnedCall, {
      open,
      refused: () => undefined,
    });
    setTimeout(() => controller.abort(new Error('it was lost')), 10);
    await expect(ask(client)).rejects.toThrow('it was lost');
  }
  expect(sent).toBe(0);
});

test('lost calls are taken over also by a process that is full, and though one of them cannot be read', async () => {
  const calls = createMemoryCalls(20);
  const [broken, good] = [newCall(), newCall()];
  for (const call of [broken, good]) calls.leave(call, newAttempt(call.id, 'dispatcher'));
  calls.loseLeases();
  const taken: string[] = [];
  const takingOver = startTakingOver({
    calls: {
      takeOver: (limit) => calls.takeOver(limit),
      get: async (tenantId, id) => {
        if (id === broken.id) throw new TypeError('its row is none of ours');
        return calls.get(tenantId, id);
      },
    },
    takeOverMs: 10,
    logger,
    giveUp: async () => true,
    room: () => 0,
    onTaken: ({ id }) => void taken.push(id),
  });
  await after(100);
  await takingOver.stop();
  expect(taken).toContain(good.id);
});
