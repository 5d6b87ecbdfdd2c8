import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { AgentCallsClient } from '@dialplane/contracts';
import type { JobMetadata } from '@dialplane/calls';
import { callUnary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';
import { credentials } from '@grpc/grpc-js';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, failureOf, liveKitServers } from './case.ts';
import type { Case, Server } from './case.ts';
import { startDispatcherProcess } from './dispatcher-process.ts';
import { moveDatabaseClock } from './move-database-clock.ts';

const TEN_MINUTES = 600_000;
const LEASE_MS = 2_500;
const SHIFT_CLOCK = fileURLToPath(new URL('./shift-clock.ts', import.meta.url));
/** Answers at once, and never hangs up. */
const TALKS = '+12125550100';

let parts: Case;
let server: Server & { wsUrl: string };
let carrier: CarrierSimulator;
beforeAll(async () => {
  [server] = liveKitServers() as [typeof server];
  const { apiKey, apiSecret } = server;
  carrier = await startCarrierSimulator({ upstream: server.url, apiKey, apiSecret, trunks: ['ST_test'] });
  parts = await createCase({ LEASE_MS: String(LEASE_MS) });
}, 120_000);
afterAll(async () => {
  await parts.stop();
  await carrier.stop();
  await everybodyLeaves();
});

const useCarrier = (dialMode: string) =>
  parts.useServer({ ...server, url: carrier.url }, { agentName: 'sales', dialMode });

interface Stored {
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: string;
  readonly fence: number;
}

async function until(callId: string, holds: (call: Stored) => boolean): Promise<Stored> {
  for (const giveUpAt = performance.now() + 20_000; ;) {
    const [call] = await parts.sql<Stored>(
      `SELECT c.state, c.reason, c.fence, a.state AS attempt FROM $schema.voice_call_logs c
       JOIN $schema.call_attempts a ON a.call_id = c.id AND a.number = c.attempt WHERE c.id = $1`,
      [callId],
    );
    if (call !== undefined && holds(call)) return call;
    if (performance.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify(call)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const invites = (): number => carrier.rings().reduce((sum, ring) => sum + ring.invites, 0);

async function setLiveKitClock(skewMs: number): Promise<void> {
  await fetch(`${carrier.controlUrl}/clock`, { method: 'PUT', body: JSON.stringify({ skewMs }) });
}

test.each([TEN_MINUTES, -TEN_MINUTES, 35_000])(
  "LiveKit's clock off by %d ms: nobody is dialled, and the reason says so; once it is right, calls go through",
  async (skewMs) => {
    await useCarrier('dispatcher');
    const before = invites();
    await setLiveKitClock(skewMs);
    try {
      const failure = await failureOf(dispatch(parts.client, { toNumber: TALKS, waitUntil: 'WAIT_UNTIL_ANSWERED' }));
      expect(failure).toMatchObject({ reason: 'CLOCK_SKEW' });
      expect(invites()).toBe(before);
    } finally {
      await setLiveKitClock(0);
    }
    const placed = await dispatch(parts.client, { toNumber: TALKS });
    await joinAsAgent(server, placed.room, 'sales');
    expect(await until(placed.callLogId, ({ attempt }) => attempt === 'answered')).toMatchObject({ fence: 1 });
    expect(invites()).toBe(before + 1);
  },
);

test.each([TEN_MINUTES, -TEN_MINUTES])(
  "a dispatcher's clock off by %d ms from all others: its own calls fail with the reason, and agents it answers are let in",
  async (shiftMs) => {
    await useCarrier('claiming');
    const off = await startDispatcherProcess(parts, { CLOCK_SHIFT_MS: String(shiftMs) }, SHIFT_CLOCK);
    try {
      expect(off.output()).toContain("this process's clock is not the database's");
      const before = invites();
      const failure = await failureOf(dispatch(off.client, { toNumber: TALKS }));
      expect(failure).toMatchObject({ reason: 'CLOCK_SKEW' });
      expect(invites()).toBe(before);
      // The token is the other dispatcher's.
      const placed = await dispatch(parts.client, { toNumber: TALKS });
      const agent = await joinAsAgent(server, placed.room, 'sales');
      expect(await claim(off.agentCalls, placed.room, agent.jobId)).toMatchObject({ sipTrunkId: 'ST_test' });
      expect(await until(placed.callLogId, ({ attempt }) => attempt === 'permitted')).toMatchObject({ fence: 1 });
    } finally {
      await off.stop();
    }
  },
);

test.each([TEN_MINUTES, -TEN_MINUTES])(
  "the database's clock off by %d ms: leases, permits, tokens and the call's times hold",
  async (shiftMs) => {
    await moveDatabaseClock(parts, shiftMs);
    await useCarrier('claiming');
    const { running, client, stop } = await parts.startDispatcher();
    const agentCalls = new AgentCallsClient(running.agentCallsAddress, credentials.createInsecure());
    try {
      const placed = await dispatch(client, { toNumber: TALKS }, { deadline: Date.now() + 5_000 });
      const agent = await joinAsAgent(server, placed.room, 'sales');
      // Longer than a lease: whoever renews it keeps the call, with another dispatcher beside it.
      await new Promise((resolve) => setTimeout(resolve, 1.4 * LEASE_MS));
      expect(await claim(agentCalls, placed.room, agent.jobId)).toMatchObject({ sipTrunkId: 'ST_test' });
      expect(await until(placed.callLogId, ({ attempt }) => attempt === 'permitted')).toMatchObject({ fence: 1 });

      await useCarrier('dispatcher');
      const dialled = await dispatch(client, { toNumber: TALKS });
      await joinAsAgent(server, dialled.room, 'sales');
      expect(await until(dialled.callLogId, ({ attempt }) => attempt === 'answered')).toMatchObject({ fence: 1 });
      const [times] = await parts.sql<{ took: number; off: number }>(
        `SELECT extract(epoch FROM answered_at - created_at)::float8 AS took,
                (extract(epoch FROM created_at) * 1000)::float8 - $2::float8 AS off
         FROM $schema.voice_call_logs WHERE id = $1`,
        [dialled.callLogId, Date.now()],
      );
      // The clock was off indeed.
      expect(Math.abs((times?.off ?? 0) - shiftMs)).toBeLessThan(30_000);
      expect(times?.took).toBeGreaterThanOrEqual(0);
      expect(times?.took).toBeLessThan(15);
    } finally {
      agentCalls.close();
      await stop();
      await moveDatabaseClock(parts, 0);
    }
  },
);

/** Claims as the room's agent does, with the token of its job. */
async function claim(agentCalls: AgentCallsClient, room: string, jobId: string) {
  const [asked] = await createLiveKitClient(server).listAgentDispatches(room);
  const { agent_calls_token: token } = JSON.parse(asked?.metadata ?? '{}') as JobMetadata;
  return callUnary(agentCalls.claimDial.bind(agentCalls), { token, jobId, nonce: 'nonce-01' });
}
