import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startCarrierSimulatorProcess } from '@dialplane/real-parts';
import { AccessToken, AgentDispatchClient, SipClient } from 'livekit-server-sdk';

import type { Fault, RingRecord } from '../src/index.ts';
import {
  eventually,
  livekit,
  newRoom,
  numberOf,
  ONCE,
  startSimulatedDeployment,
  TRUNK,
} from './simulated-deployment.ts';
import type { SimulatedDeployment } from './simulated-deployment.ts';

let deployment: SimulatedDeployment;
beforeAll(async () => {
  deployment = await startSimulatedDeployment();
});
afterEach(() => deployment.simulator.setFaults([]));
afterAll(() => deployment.simulator.stop());

describe('what the simulator does not answer itself', () => {
  test('createRoom and listDispatch reach the real server', async () => {
    const { apiKey, apiSecret } = livekit;
    const name = newRoom();
    const agents = [{ agentName: 'nobody', metadata: '{}' }];
    const { sid } = await deployment.rooms.createRoom({ name, agents: agents as never });
    expect(sid).toMatch(/^RM_/);
    const through = new AgentDispatchClient(deployment.simulator.url, apiKey, apiSecret, ONCE);
    const direct = new AgentDispatchClient(livekit.url, apiKey, apiSecret, ONCE);
    expect((await direct.listDispatch(name)).map(({ id }) => id)).toEqual(
      (await through.listDispatch(name)).map(({ id }) => id),
    );
    await deployment.rooms.deleteRoom(name);
    await expect(deployment.rooms.deleteRoom(name)).rejects.toMatchObject({ status: 404 });
  });

  test.each([
    ['with a good token it opens', livekit.apiSecret, 'open'],
    ['with a bad one LiveKit refuses', 'x'.repeat(43), 'error'],
  ])('a WebSocket reaches it too: %s', async (_, apiSecret, outcome) => {
    const token = new AccessToken(livekit.apiKey, apiSecret, { identity: 'somebody' });
    token.addGrant({ roomJoin: true, room: newRoom() });
    const query = `access_token=${await token.toJwt()}&protocol=15&auto_subscribe=0`;
    const socket = new WebSocket(`${deployment.simulator.wsUrl}/rtc?${query}`);
    const seen = new Promise((resolve) => {
      for (const type of ['open', 'error'] as const) socket.addEventListener(type, () => resolve(type));
    });
    expect(await seen).toBe(outcome);
    socket.close();
  });
});

test('with the server down, nobody is rung, and what is passed on is reset', async () => {
  const { simulator, dial, rooms } = await startSimulatedDeployment({ upstream: 'http://127.0.0.1:1' });
  try {
    await expect(dial('00')).rejects.toMatchObject({ status: 500, code: 'internal' });
    await expect(rooms.listRooms(['none'])).rejects.toThrow(/fetch failed/);
    expect(simulator.rings()).toEqual([]);
  } finally {
    await simulator.stop();
  }
});

describe('faults', () => {
  const of = (kind: Fault['kind'], more: Partial<Fault> = {}) => [{ kind, probability: 1, ...more }] as const;

  test('a request that is replayed rings twice, and it is seen', async () => {
    deployment.simulator.setFaults(of('replay', { path: 'CreateSIPParticipant' }));
    const room = newRoom();
    // Which of the two puts the other out of the room is chance.
    await deployment.dial('00', { room }).catch(() => {});
    await eventually(
      () => deployment.invites(room),
      (invites) => invites === 2,
    );
  });

  test('without the fault it rings once', async () => {
    const room = newRoom();
    await deployment.dial('00', { room });
    expect(deployment.invites(room)).toBe(1);
  });

  test('a lost reply: the phone has rung', async () => {
    deployment.simulator.setFaults(of('reset_after'));
    const room = newRoom();
    await expect(deployment.dial('00', { room })).rejects.toThrow(/fetch failed/);
    expect(deployment.invites(room)).toBe(1);
  });

  test.each([
    ['reset_before', /fetch failed/],
    ['unavailable', /no response from servers/],
    ['black_hole', /timeout/],
  ] as const)('%s: nothing is served', async (kind, message) => {
    const room = newRoom();
    deployment.simulator.setFaults(of(kind, { path: 'CreateSIPParticipant' }));
    await expect(deployment.dial('00', { room, waitUntilAnswered: false, timeout: 1 })).rejects.toThrow(message);
    expect(deployment.invites(room)).toBe(0);
    // Other paths are left alone.
    await deployment.rooms.listRooms([room]);
  });

  test('a delay', async () => {
    deployment.simulator.setFaults(of('delay', { delayMs: 300 }));
    const startedAt = Date.now();
    await deployment.rooms.listRooms(['none']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(299);
  });

  test('a token is looked at when the request arrives at last', async () => {
    deployment.simulator.setFaults(of('delay', { delayMs: 200 }));
    const room = newRoom();
    const dialled = deployment.dial('00', { room });
    // The SDK's token lives ten minutes.
    deployment.simulator.setClockSkewMs(15 * 60_000);
    try {
      await expect(dialled).rejects.toMatchObject({ status: 401 });
    } finally {
      deployment.simulator.setClockSkewMs(0);
    }
    expect(deployment.invites(room)).toBe(0);
  });

  test('a server whose clock is ahead says so in Date', async () => {
    deployment.simulator.setClockSkewMs(600_000);
    try {
      const { headers } = await fetch(deployment.simulator.url);
      expect(Date.parse(headers.get('date') ?? '') - Date.now()).toBeGreaterThan(598_000);
    } finally {
      deployment.simulator.setClockSkewMs(0);
    }
  });
});

describe('as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialplane-test-'));
  const ringsFile = join(folder, 'rings.jsonl');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('it is steered by its control endpoint, and a ring is in the file although it is killed', async () => {
    const { url: upstream, apiKey, apiSecret } = livekit;
    const process = await startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks: [TRUNK], ringsFile });
    try {
      const ask = async (method: string, path: string, body?: unknown) => {
        const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
        const reply = await fetch(`${process.controlUrl}${path}`, init);
        return { status: reply.status, json: await reply.json() };
      };
      const sip = new SipClient(process.url, apiKey, apiSecret, ONCE);
      const dial = (room: string, ringingTimeout = 20) =>
        sip.createSipParticipant(TRUNK, numberOf('19'), room, { participantIdentity: 'callee', ringingTimeout });

      expect((await ask('DELETE', '/trunks')).status).toBe(200);
      await expect(dial('unknown-trunk')).rejects.toMatchObject({ status: 404 });
      await ask('PUT', '/trunks', [TRUNK]);
      const faults = [{ kind: 'replay', probability: 0.5, path: 'CreateSIPParticipant', seed: 7 }];
      expect((await ask('PUT', '/faults', faults)).status).toBe(200);
      expect((await ask('GET', '/faults')).json).toEqual(faults);
      expect(await ask('PUT', '/faults', [{ kind: 'flood', probability: 1 }])).toMatchObject({
        status: 400,
        json: { error: expect.stringContaining('Fault 0: kind is one of') },
      });
      expect((await ask('GET', '/nothing')).status).toBe(404);
      await ask('PUT', '/faults', []);

      const room = newRoom();
      const { sipCallId } = await dial(room);
      expect((await ask('GET', '/dials')).json).toMatchObject([{ sipCallId, room, identity: 'callee' }]);
      await eventually(
        async () => (await ask('GET', '/rings')).json as { rang: number }[],
        ([count]) => count?.rang === 1,
      );
      globalThis.process.kill(process.pid(), 'SIGKILL');
      const records = readFileSync(ringsFile, 'utf8').trimEnd().split('\n');
      const common = { sipCallId, room, identity: 'callee', number: numberOf('19'), sipTrunkId: TRUNK };
      const expected = ['invite', 'rang'].map((event) => ({ ...common, event, at: expect.any(String) }));
      expect(records.map((line) => JSON.parse(line) as RingRecord)).toEqual(expected);
    } finally {
      await process.stop();
    }
  });
});
