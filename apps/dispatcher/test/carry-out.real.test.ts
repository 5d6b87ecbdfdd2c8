import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Call, CallEvent } from '@dialplane/contracts';
import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { callUnary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';

import { everybodyLeaves, joinAsAgent } from './agent-in-room.ts';
import { createCase, dispatch, failureOf, liveKitServers, TENANT } from './case.ts';
import type { Case, Server } from './case.ts';

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
  await parts.useServer({ ...server, url: carrier.url }, { agentName: 'sales', dialMode: 'dispatcher' });
});

afterAll(async () => {
  await parts.stop();
  await carrier.stop();
  await everybodyLeaves();
});

const read = async (callLogId: string): Promise<{ call: Call; events: readonly CallEvent[] }> => {
  const reply = await callUnary(parts.client.getCall.bind(parts.client), { callLogId, initiatedBy: '', tenantId: TENANT });
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
  expect(await roomExists(placed.room)).toBe(false);
  await agent.leave();
});

test('busy is a failed call with its SIP code, and nobody else is tried', async () => {
  const placed = await dispatch(parts.client, { toNumber: '+12125550130', idempotencyKey: 'busy' });
  await joinAsAgent(server, placed.room, 'sales');
  const call = await until(placed.callLogId, isOver);
  expect(call).toMatchObject({ state: 'CALL_STATE_FAILED', reason: 'CALL_REASON_BUSY', sipCode: 486 });
  expect(call.attempts).toHaveLength(1);
  expect(ringsOf(placed.callLogId)).toBe(1);
  expect(
    await failureOf(dispatch(parts.client, { toNumber: '+12125550130', idempotencyKey: 'busy' })),
  ).toMatchObject({ code: 'ABORTED', reason: 'BUSY', fault: 'callee' });
});
