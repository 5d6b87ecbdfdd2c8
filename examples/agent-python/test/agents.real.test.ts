import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AttemptState, HungUpBy } from '@dialplane/contracts';
import { AGENT_CALLS_TOKEN, dialState, PERMIT, serveAgentCalls } from '@dialplane/contracts/testing/agent-calls';
import type { AgentCallsDouble } from '@dialplane/contracts/testing/agent-calls';
import { startAgentWorker, startCarrierSimulatorProcess } from '@dialplane/real-parts';
import type { AgentWorker, CarrierSimulatorProcess } from '@dialplane/real-parts';
import { RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';

import { startPythonAgent } from './start-python-agent.ts';

const [server] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [
  { url: string; wsUrl: string; apiKey: string; apiSecret: string },
];
const rooms = new RoomServiceClient(server.url, server.apiKey, server.apiSecret);
const { DIALING, RINGING, ANSWERED, ENDED, FAILED } = AttemptState;
/** What the simulated carrier makes of a number is in its last two digits. */
const HANGS_UP_AFTER_2_S = '0012125550102';
const BUSY_AFTER_RINGING = '0012125550131';

let carrier: CarrierSimulatorProcess;

beforeAll(async () => {
  const { url: upstream, apiKey, apiSecret } = server;
  const trunks = [PERMIT.sipTrunkId];
  carrier = await startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks, join: true });
});
afterAll(() => carrier.stop());

/** How many INVITEs the carrier got for the room. */
async function invitesTo(room: string): Promise<number> {
  const reply = await fetch(new URL('/rings', carrier.controlUrl));
  const rings = (await reply.json()) as { room: string; invites: number }[];
  return rings.find((ring) => ring.room === room)?.invites ?? 0;
}

describe.each([
  { language: 'TypeScript', start: startAgentWorker },
  { language: 'Python', start: startPythonAgent },
])('the sample agent in $language', ({ language, start }) => {
  const agentName = `sample agent in ${language}`;
  let worker: AgentWorker;
  let agentCalls: AgentCallsDouble;

  beforeAll(async () => {
    worker = await start({ ...server, agentName, apiUrl: carrier.url });
  }, 600_000);
  afterAll(() => worker.stop());
  beforeEach(async () => {
    agentCalls = await serveAgentCalls();
  });
  afterEach(() => agentCalls.stop());

  /** Gives the agent a call, as the dispatcher does. Returns the room. */
  async function call(dialMode: string): Promise<string> {
    const room = `call-${randomUUID()}`;
    const metadata = JSON.stringify({
      version: 1,
      call_log_id: randomUUID(),
      attempt: 1,
      sip_trunk_id: PERMIT.sipTrunkId,
      from_number: '+12125550123',
      to_number: '+12125550199',
      ringing_timeout_seconds: 30,
      max_duration_seconds: 3600,
      dial_mode: dialMode,
      agent_calls_address: agentCalls.address,
      agent_calls_token: AGENT_CALLS_TOKEN,
      callee_identity: PERMIT.participantIdentity,
    });
    await rooms.createRoom({ name: room, emptyTimeout: 300, agents: [new RoomAgentDispatch({ agentName, metadata })] });
    return room;
  }

  /** Waits until the agent writes that it left, and returns what it wrote about the room's job. */
  async function untilLeft(room: string): Promise<Record<string, unknown>[]> {
    for (;;) {
      const lines = worker
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{"event":') || line.startsWith('{"event": '))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const left = lines.find((line) => line.event === 'left' && line.room === room);
      if (left !== undefined) return lines.filter((line) => line.job_id === left.job_id);
      await sleep(50);
    }
  }

  /** Waits until the agent is not in the room, and says whether that still stands. */
  async function standsWithoutAgent(room: string): Promise<boolean> {
    while ((await rooms.listParticipants(room)).some(({ identity }) => identity.startsWith('agent-'))) await sleep(50);
    return (await rooms.listRooms([room])).length === 1;
  }

  const reports = () => agentCalls.reports.map(({ state, sipCode, hungUpBy }) => ({ state, sipCode, hungUpBy }));
  const plain = (state: AttemptState) => ({ state, sipCode: 0, hungUpBy: HungUpBy.UNSPECIFIED });

  test('claims the permit, dials once, and reports until the callee hangs up', async () => {
    agentCalls.permit = { ...PERMIT, dialNumber: HANGS_UP_AFTER_2_S };
    agentCalls.faults.push('unavailable');
    const room = await call('claiming');
    await untilLeft(room);
    expect(reports()).toEqual([
      plain(DIALING),
      plain(RINGING),
      plain(ANSWERED),
      { ...plain(ENDED), hungUpBy: HungUpBy.CALLEE },
    ]);
    expect(new Set(agentCalls.claims.map(({ nonce }) => nonce)).size).toBe(1);
    expect(await invitesTo(room)).toBe(1);
    expect(await standsWithoutAgent(room)).toBe(true);
  });

  test('reports what the carrier said', async () => {
    agentCalls.permit = { ...PERMIT, dialNumber: BUSY_AFTER_RINGING };
    await untilLeft(await call('claiming'));
    expect(reports()).toEqual([plain(DIALING), plain(RINGING), { ...plain(FAILED), sipCode: 486 }]);
  });

  test('leaves without dialling when its claim is refused, and leaves the room standing', async () => {
    const first = await call('claiming');
    await untilLeft(first);
    const room = await call('claiming');
    const lines = await untilLeft(room);
    expect(lines.map(({ event }) => event)).toEqual(['joined', 'claim_refused', 'left']);
    expect([await invitesTo(first), await invitesTo(room)]).toEqual([1, 0]);
    expect(await standsWithoutAgent(room)).toBe(true);
  });

  test('has the dispatcher dial, follows it over a stream that breaks, and leaves when the call is over', async () => {
    agentCalls.story = [dialState(DIALING), dialState(ANSWERED)];
    agentCalls.faults.push('cut');
    const room = await call('dispatcher');
    while (agentCalls.faults.length > 0) await sleep(20);
    agentCalls.story = [...agentCalls.story, dialState(ENDED, { hungUpBy: HungUpBy.CALLEE })];
    const lines = await untilLeft(room);
    expect(lines.filter(({ event }) => event === 'dial').map(({ state }) => state)).toEqual([DIALING, ANSWERED, ENDED]);
    expect(agentCalls.claims).toEqual([]);
    expect(await standsWithoutAgent(room)).toBe(true);
  });

  test('leaves when its room is gone', async () => {
    agentCalls.story = [dialState(ANSWERED)];
    const room = await call('dispatcher');
    while (agentCalls.dials.length === 0) await sleep(20);
    await rooms.deleteRoom(room);
    await untilLeft(room);
  });
});
