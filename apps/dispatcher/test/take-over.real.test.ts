import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { DispatcherClient } from '@dialplane/contracts';
import { startGuardedProcess } from '@dialplane/real-parts';
import type { RunningProcess } from '@dialplane/real-parts';
import { credentials } from '@grpc/grpc-js';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, liveKitServers } from './case.ts';
import type { Case, Server } from './case.ts';

const ENTRY = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const LISTENING = /"address":"([^"]+)"[^\n]*dispatcher is listening/;
/** Longer than writes are held: nobody takes a call over before its dispatcher is killed. */
const LEASE_MS = '6000';
/** Longer than it takes to kill a process, and shorter than the time after which a statement is cut off. */
const HELD_SECONDS = 4;

/** Where a call stands when its dispatcher is killed: the number that brings it there, and what is held back. */
const STAGES = {
  room_ready: { toNumber: '+12125550100' },
  agent_ready: { toNumber: '+12125551100', holds: 'permitted' },
  permitted: { toNumber: '+12125552100', holds: 'dialing' },
  dialing: { toNumber: '+12125550151' },
  ringing: { toNumber: '+12125550119' },
  answered: { toNumber: '+12125553100' },
} as const;
type Stage = keyof typeof STAGES;
const stages = Object.keys(STAGES) as Stage[];

let parts: Case;
let server: Server & { wsUrl: string };
let carrier: CarrierSimulator;
let victim: RunningProcess;
let client: DispatcherClient;

beforeAll(async () => {
  [server] = liveKitServers() as [typeof server];
  parts = await createCase({ AGENT_READY_MS: '20000', LEASE_MS });
  const { apiKey, apiSecret } = server;
  carrier = await startCarrierSimulator({ upstream: server.url, apiKey, apiSecret, trunks: ['ST_test'] });
  await parts.useServer({ ...server, url: carrier.url }, { agentName: 'sales', dialMode: 'dispatcher' });
  await holdEvents();
  victim = await startGuardedProcess({
    name: 'victim',
    command: process.execPath,
    args: () => [ENTRY],
    env: { ...process.env, ...parts.dispatcherEnv, LOG_LEVEL: 'info', AGENT_READY_MS: '20000', LEASE_MS },
    isReady: async (running) => LISTENING.test(running.output()),
  });
  const address = LISTENING.exec(victim.output())?.[1] ?? '';
  client = new DispatcherClient(address, credentials.createInsecure());
}, 120_000);

afterAll(async () => {
  client.close();
  await victim.stop();
  await parts.stop();
  await carrier.stop();
  await everybodyLeaves();
});

/** Writing such an event for a call to such a number takes a while: the call stands where it stood before. */
async function holdEvents(): Promise<void> {
  const holds = stages.flatMap((stage) => {
    const { toNumber, ...rest } = STAGES[stage];
    return 'holds' in rest ? [`(c.to_number = '${toNumber}' AND NEW.kind = '${rest.holds}')`] : [];
  });
  await parts.sql(`
    CREATE FUNCTION $schema.hold_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      PERFORM pg_sleep(${HELD_SECONDS}) FROM "$schema".voice_call_logs c WHERE c.id = NEW.call_id AND (${holds.join(' OR ')});
      RETURN NEW;
    END $$`);
  await parts.sql(
    'CREATE TRIGGER hold_event BEFORE INSERT ON $schema.voice_call_events FOR EACH ROW EXECUTE FUNCTION $schema.hold_event()',
  );
}

async function stateOf(callId: string): Promise<{ state: string; attempt: string; attempts: number; fence: number }> {
  const [row] = await parts.sql<{ state: string; attempt: string; attempts: number; fence: number }>(
    `SELECT c.state, a.state AS attempt, c.attempt AS attempts, c.fence
     FROM $schema.voice_call_logs c JOIN $schema.call_attempts a ON a.call_id = c.id AND a.number = c.attempt
     WHERE c.id = $1`,
    [callId],
  );
  if (row === undefined) throw new Error(`call ${callId} is gone`);
  return row;
}

async function until(callId: string, holds: (now: Awaited<ReturnType<typeof stateOf>>) => boolean, ms = 20_000) {
  for (const giveUpAt = Date.now() + ms; ;) {
    const now = await stateOf(callId);
    if (holds(now)) return now;
    if (Date.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const invites = (callId: string): number =>
  carrier
    .rings()
    .filter(({ identity }) => identity === `callee-${callId.replaceAll('-', '')}`)
    .reduce((sum, ring) => sum + ring.invites, 0);

test('a dispatcher that is killed with a call in every state: another one finishes each, and nobody is rung twice', async () => {
  const ids = new Map<Stage, string>();
  const rooms = new Map<Stage, string>();
  for (const stage of stages) {
    const { toNumber } = STAGES[stage];
    const placed = await dispatch(client, { toNumber, ringingTimeout: { seconds: 12, nanos: 0 } });
    ids.set(stage, placed.callLogId);
    rooms.set(stage, placed.room);
  }
  const id = (stage: Stage): string => ids.get(stage) ?? '';
  const enter = (stage: Stage) => joinAsAgent(server, rooms.get(stage) ?? '', 'sales');
  // Those that stand still first; those that are held back last.
  for (const stage of ['answered', 'dialing', 'ringing'] as const) {
    await enter(stage);
    await until(id(stage), ({ attempt }) => attempt === stage);
  }
  await Promise.all([enter('permitted'), enter('agent_ready')]);
  await Promise.all([
    until(id('permitted'), ({ attempt }) => attempt === 'permitted'),
    until(id('agent_ready'), ({ attempt }) => attempt === 'agent_ready'),
  ]);
  for (const stage of stages) expect([stage, (await stateOf(id(stage))).attempt]).toEqual([stage, stage]);
  process.kill(victim.pid(), 'SIGKILL');

  for (const stage of stages) await until(id(stage), ({ fence }) => fence === 2);
  // The agent of the call that had none yet comes to the same room, and the other dispatcher has it dial.
  await enter('room_ready');
  await until(id('room_ready'), ({ attempt }) => attempt === 'answered');
  await until(id('answered'), ({ attempt }) => attempt === 'answered');
  await until(id('ringing'), ({ attempt }) => attempt === 'answered');
  // Nobody answers that phone, and how LiveKit gave it up nobody was told: no webhook comes here.
  await until(id('dialing'), ({ state }) => state === 'unknown', 30_000);
  // Permitted, and the dial on its way: whether it was sent only the room can tell.
  await until(id('permitted'), ({ state, attempt }) => attempt === 'answered' || state === 'unknown');
  // The permit was asked for by the dead one: it may have been granted, or not.
  await until(id('agent_ready'), ({ state, attempt }) => attempt === 'answered' || state === 'unknown');

  for (const stage of stages) {
    const sent = invites(id(stage));
    const isSure = stage === 'permitted' || stage === 'agent_ready';
    expect([stage, sent <= 1 && (isSure || sent === 1)]).toEqual([stage, true]);
    expect([stage, (await stateOf(id(stage))).attempts]).toEqual([stage, 1]);
  }
}, 120_000);
