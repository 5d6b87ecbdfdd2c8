import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call, CallEvent } from '@dialplane/contracts';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { callUnary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, failureOf, liveKitServers, TENANT } from './case.ts';
import type { Case, Server } from './case.ts';

const MODE = { agentName: 'sales', dialMode: 'dispatcher' };

let parts: Case;
let server: Server & { wsUrl: string };
let carrier: CarrierSimulator;

beforeAll(async () => {
  [server] = liveKitServers() as [typeof server];
  parts = await createCase({ AGENT_READY_MS: '15000' });
  carrier = await startCarrierSimulator({
    upstream: server.url,
    apiKey: server.apiKey,
    apiSecret: server.apiSecret,
    trunks: ['ST_test'],
    webhookUrl: `http://${parts.running.webhookAddress}/webhooks/livekit`,
  });
  await parts.useServer({ ...server, url: carrier.url }, MODE);
});

afterAll(async () => {
  await parts.stop();
  await carrier.stop();
  await everybodyLeaves();
});

const read = async (callLogId: string): Promise<{ call: Call; events: readonly CallEvent[] }> => {
  const reply = await callUnary(parts.client.getCall.bind(parts.client), {
    callLogId,
    initiatedBy: '',
    tenantId: TENANT,
  });
  return { call: reply.call as Call, events: reply.events };
};
async function until(callLogId: string, holds: (call: Call) => boolean, ms = 30_000): Promise<Call> {
  const giveUpAt = Date.now() + ms;
  for (;;) {
    const { call, events } = await read(callLogId);
    if (holds(call)) return call;
    if (Date.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify({ call, events }, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function eventually(holds: () => Promise<boolean>, ms = 10_000): Promise<void> {
  for (const giveUpAt = Date.now() + ms; !(await holds());) {
    if (Date.now() > giveUpAt) throw new Error('it never came so far');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const isOver = ({ state }: Call): boolean =>
  ['CALL_STATE_ENDED', 'CALL_STATE_FAILED', 'CALL_STATE_CANCELLED'].includes(state);
const ringsOf = (callLogId: string): number =>
  carrier
    .rings()
    .filter(({ identity }) => identity === `callee-${callLogId.replaceAll('-', '')}`)
    .reduce((sum, { invites }) => sum + invites, 0);
const roomExists = async (room: string): Promise<boolean> =>
  (await createLiveKitClient(server).listRooms([room])).length > 0;

test('a call is placed, rings, is answered, ends, and its timeline says so', async () => {
  const placed = await dispatch(parts.client, { toNumber: '+12125550102' });
  const agent = await joinAsAgent(server, placed.room, 'sales');
  const call = await until(placed.callLogId, isOver);
  expect(call).toMatchObject({
    state: 'CALL_STATE_ENDED',
    reason: 'CALL_REASON_UNSPECIFIED',
    hungUpBy: 'HUNG_UP_BY_CALLEE',
    dialedAt: expect.any(Date),
    answeredAt: expect.any(Date),
    endedAt: expect.any(Date),
    attempts: [{ state: 'ATTEMPT_STATE_ENDED', dialMode: 'dispatcher' }],
  });
  const { events } = await read(placed.callLogId);
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['accepted', 'room_ready', 'agent_ready', 'permitted', 'dialing', 'answered', 'ended']),
  );
  expect(ringsOf(placed.callLogId)).toBe(1);
  await eventually(async () => !(await roomExists(placed.room)));
  await agent.leave();
});

test('busy is a failed call with its SIP code, and nobody else is tried', async () => {
  const placed = await dispatch(parts.client, { toNumber: '+12125550130', idempotencyKey: 'busy' });
  await joinAsAgent(server, placed.room, 'sales');
  const call = await until(placed.callLogId, isOver);
  expect(call).toMatchObject({ state: 'CALL_STATE_FAILED', reason: 'CALL_REASON_BUSY', sipCode: 486 });
  expect(call.attempts).toHaveLength(1);
  expect(ringsOf(placed.callLogId)).toBe(1);
  expect(await failureOf(dispatch(parts.client, { toNumber: '+12125550130', idempotencyKey: 'busy' }))).toMatchObject({
    code: 'ABORTED',
    reason: 'BUSY',
    fault: 'callee',
  });
});

test("a code that the trunk's carrier means otherwise has that meaning, as the trunk says when the code comes", async () => {
  const placed = await dispatch(parts.client, { toNumber: '+12125550130' });
  const key = [new URL(carrier.url).origin, 'ST_test'];
  await parts.sql(
    `INSERT INTO $schema.trunks (deployment_origin, sip_trunk_id, tenant_id, sip_codes) VALUES ($1, $2, $3, '{"486": "carrier_trouble"}')`,
    [...key, TENANT],
  );
  await joinAsAgent(server, placed.room, 'sales');
  const call = await until(placed.callLogId, isOver);
  await parts.sql('DELETE FROM $schema.trunks WHERE deployment_origin = $1 AND sip_trunk_id = $2', key);
  expect(call).toMatchObject({ state: 'CALL_STATE_FAILED', reason: 'CALL_REASON_CARRIER_TROUBLE', sipCode: 486 });
  expect(call.attempts).toHaveLength(1);
});

const connect = async (room: string) => joinAsAgent(server, room, 'sales');
const cancel = (callLogId: string) =>
  callUnary(parts.client.cancelCall.bind(parts.client), { callLogId, initiatedBy: '', tenantId: TENANT });

test('WAIT_UNTIL_ANSWERED waits for the callee; the replay of a call that is over is a reply, whoever is asked', async () => {
  const request = { toNumber: '+12125550101', idempotencyKey: 'answered', waitUntil: 'WAIT_UNTIL_ANSWERED' as const };
  const answered = dispatch(parts.client, request);
  const { room, callLogId } = await dispatch(parts.client, { ...request, waitUntil: 'WAIT_UNTIL_ROOM_READY' });
  await connect(room);
  expect(await answered).toMatchObject({ callLogId, attemptState: 'ATTEMPT_STATE_ANSWERED' });
  await until(callLogId, isOver);
  const other = await parts.startDispatcher();
  const replies = [await dispatch(parts.client, request), await dispatch(other.client, request)];
  expect(replies[0]).toMatchObject({ callLogId, state: 'CALL_STATE_ENDED' });
  expect(replies[1]).toEqual(replies[0]);
  await other.stop();
});

test('a call that is cancelled before the permit rings nobody, and its room is gone', async () => {
  const { callLogId, room } = await dispatch(parts.client, { toNumber: '+12125550100' });
  expect(await cancel(callLogId)).toMatchObject({ outcome: 'CANCEL_OUTCOME_IN_TIME' });
  expect(await until(callLogId, isOver)).toMatchObject({
    state: 'CALL_STATE_CANCELLED',
    reason: 'CALL_REASON_CANCELLED',
  });
  await eventually(async () => !(await roomExists(room)));
  expect(ringsOf(callLogId)).toBe(0);
});

test('a call that is cancelled while it rings is hung up', async () => {
  const { callLogId, room } = await dispatch(parts.client, { toNumber: '+12125550119' });
  await connect(room);
  await until(callLogId, ({ attempts }) => attempts[0]?.state === 'ATTEMPT_STATE_RINGING');
  expect(await cancel(callLogId)).toMatchObject({ outcome: 'CANCEL_OUTCOME_MAY_HAVE_RUNG' });
  expect(await until(callLogId, isOver, 10_000)).toMatchObject({
    state: 'CALL_STATE_CANCELLED',
    answeredAt: undefined,
  });
  expect(carrier.dials().filter((dial) => dial.room === room)).toEqual([]);
  expect(ringsOf(callLogId)).toBe(1);
});

test('a call that is answered ends at its max duration, by us', async () => {
  const request = { toNumber: '+12125550100', maxDuration: { seconds: 2, nanos: 0 } };
  const { callLogId, room } = await dispatch(parts.client, request);
  await connect(room);
  const call = await until(callLogId, isOver);
  expect(call).toMatchObject({
    state: 'CALL_STATE_ENDED',
    reason: 'CALL_REASON_MAX_DURATION',
    hungUpBy: 'HUNG_UP_BY_DIALPLANE',
  });
  expect(call.talkTime?.seconds).toBeGreaterThanOrEqual(2);
  expect(carrier.dials().filter((dial) => dial.room === room)).toEqual([]);
});

test('an agent that is lost while the callee listens ends the call', async () => {
  const { callLogId, room } = await dispatch(parts.client, { toNumber: '+12125550100' });
  const agent = await connect(room);
  await until(callLogId, ({ answeredAt }) => answeredAt !== undefined);
  // Expelled, as a process that was killed is once LiveKit has noticed.
  await createLiveKitClient(server).removeParticipant(room, agent.identity);
  expect(await until(callLogId, isOver)).toMatchObject({
    state: 'CALL_STATE_ENDED',
    reason: 'CALL_REASON_AGENT_LOST',
    hungUpBy: 'HUNG_UP_BY_DIALPLANE',
  });
  expect(carrier.dials().filter((dial) => dial.room === room)).toEqual([]);
});

test('a dial whose reply is lost is in doubt, and the callee in the room settles it', async () => {
  carrier.setFaults([{ kind: 'reset_after', probability: 1, path: 'CreateSIPParticipant' }]);
  const { callLogId, room } = await dispatch(parts.client, { toNumber: '+12125550104' });
  await connect(room);
  const call = await until(callLogId, isOver);
  carrier.setFaults([]);
  expect(call).toMatchObject({ state: 'CALL_STATE_ENDED' });
  expect(ringsOf(callLogId)).toBe(1);
});

test('a second agent is taken out of the room of a call, and the first talks on', async () => {
  await parts.useServer({ ...server, url: carrier.url }, MODE);
  const placed = await dispatch(parts.client, { toNumber: '+12125550100', idempotencyKey: 'second agent' });
  const first = await joinAsAgent(server, placed.room, 'sales');
  await until(
    placed.callLogId,
    ({ state, answeredAt }) => state === 'CALL_STATE_IN_PROGRESS' && answeredAt !== undefined,
  );
  const second = await joinAsAgent(server, placed.room, 'sales');
  const other = await joinAsAgent(server, placed.room, 'note-taker');
  const agentsThere = async () =>
    (await createLiveKitClient(server).listParticipants(placed.room)).map(({ identity }) => identity).sort();
  expect(await agentsThere()).toEqual([first.identity, second.identity, other.identity].sort());
  const giveUpAt = Date.now() + 20_000;
  while ((await agentsThere()).includes(second.identity) && Date.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await agentsThere()).toEqual([first.identity, other.identity].sort());
  const { call, events } = await read(placed.callLogId);
  expect(call.state).toBe('CALL_STATE_IN_PROGRESS');
  expect(events.filter(({ kind }) => kind === 'unexpected_agent')).toMatchObject([{ attempt: 1 }]);
  await cancel(placed.callLogId);
  await until(placed.callLogId, isOver);
});

describe('with two targets', () => {
  const useTargets = async (first: Parameters<Case['useServer']>): Promise<void> => {
    const configs = [await parts.useServer(...first), await parts.useServer({ ...server, url: carrier.url }, MODE)];
    const routes = configs.map((livekit_config, priority) => ({ livekit_config, priority: priority + 1, weight: 1 }));
    await parts.sql('UPDATE $schema.voice_agent_numbers SET rules = $1', [JSON.stringify({ routes })]);
    await parts.settle();
  };

  test('the second is used when the first deployment refuses connections', async () => {
    await useTargets([{ ...server, url: 'http://127.0.0.1:1' }, MODE]);
    const placed = await dispatch(parts.client, { toNumber: '+12125550101' });
    expect(placed).toMatchObject({ serverUrl: carrier.url });
    await connect(placed.room);
    const call = await until(placed.callLogId, isOver);
    expect(call).toMatchObject({
      state: 'CALL_STATE_ENDED',
      attempts: [
        { number: 1, state: 'ATTEMPT_STATE_FAILED', reason: 'CALL_REASON_DEPLOYMENT_UNREACHABLE' },
        { number: 2, state: 'ATTEMPT_STATE_ENDED', room: placed.room },
      ],
    });
    expect(ringsOf(placed.callLogId)).toBe(1);
  });

  test('the second is used when the first one has no secret that can be opened', async () => {
    await useTargets([
      { ...server, url: 'http://127.0.0.1:1' },
      { ...MODE, sealed: false },
    ]);
    const placed = await dispatch(parts.client, { toNumber: '+12125550101' });
    expect(placed).toMatchObject({ serverUrl: carrier.url });
    const { call } = await read(placed.callLogId);
    expect(call.attempts).toMatchObject([{ number: 1, serverUrl: carrier.url }]);
    expect(await cancel(placed.callLogId)).toMatchObject({ outcome: 'CANCEL_OUTCOME_IN_TIME' });
  });

  test('the second is used when no agent comes to the first; busy ends the call all the same', async () => {
    await useTargets([
      { ...server, url: carrier.url },
      { ...MODE, agentName: 'nobody' },
    ]);
    const { callLogId } = await dispatch(parts.client, { toNumber: '+12125550130' });
    const second = await until(callLogId, ({ attempts }) => attempts[1]?.state === 'ATTEMPT_STATE_ROOM_READY');
    await connect(second.attempts[1]?.room ?? '');
    const call = await until(callLogId, isOver);
    expect(call).toMatchObject({
      reason: 'CALL_REASON_BUSY',
      attempts: [{ reason: 'CALL_REASON_NO_AGENT' }, { reason: 'CALL_REASON_BUSY', sipCode: 486 }],
    });
    await eventually(async () => !(await roomExists(call.attempts[0]?.room ?? '')));
  });
});
