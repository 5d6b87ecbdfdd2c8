import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DisconnectReason, ParticipantInfo_Kind } from '@livekit/protocol';
import { RoomServiceClient, WebhookReceiver } from 'livekit-server-sdk';
import type { WebhookEvent } from 'livekit-server-sdk';

import { eventually, livekit, newRoom, ONCE, startSimulatedDeployment } from './simulated-deployment.ts';
import type { SimulatedDeployment } from './simulated-deployment.ts';

let deployment: SimulatedDeployment;
const events: WebhookEvent[] = [];
const receiver = new WebhookReceiver(livekit.apiKey, livekit.apiSecret);
/** Takes nothing that LiveKit's own receiver would not take. */
const webhooks = createServer((request, response) => {
  void text(request)
    .then((body) => receiver.receive(body, request.headers.authorization))
    .then(
      (event) => events.push(event),
      () => events.push({ event: 'forged' } as never),
    )
    .then(() => response.end());
});

beforeAll(async () => {
  webhooks.listen(0, '127.0.0.1');
  await once(webhooks, 'listening');
  const webhookUrl = `http://127.0.0.1:${(webhooks.address() as AddressInfo).port}/webhooks/livekit`;
  deployment = await startSimulatedDeployment({ webhookUrl });
});
beforeEach(() => {
  events.splice(0);
});
afterAll(async () => {
  await deployment.simulator.stop();
  webhooks.closeAllConnections();
  webhooks.close();
});

const statusIn = async (room: string) =>
  (await deployment.rooms.listParticipants(room)).map(({ attributes }) => attributes['sip.callStatus']);
const left = (room: string) => eventually(() => events.find(isOf('participant_left', room)), (event) => !!event);
const isOf = (name: string, room: string) => (event: WebhookEvent) => event.event === name && event.room?.name === room;

test('it is seen dialing, ringing, active, and is gone after it hung up', async () => {
  const room = newRoom();
  const seen = new Set<unknown>();
  const answered = deployment.dial('61', { room, participantAttributes: { 'dialplane.call': 'one' } });
  await eventually(
    async () => (await statusIn(room)).map((status) => seen.add(status)).length,
    () => seen.has('active'),
  );
  expect([...seen]).toEqual(['dialing', 'ringing', 'active']);
  const { participantId, sipCallId } = await answered;
  const event = await left(room);
  expect(await statusIn(room)).toEqual([]);
  expect(event?.participant).toMatchObject({
    sid: participantId,
    identity: 'callee',
    disconnectReason: DisconnectReason.CLIENT_INITIATED,
    attributes: { 'sip.callStatus': 'hangup', 'sip.callID': sipCallId, 'dialplane.call': 'one' },
  });
  expect(events.filter(({ event }) => event === 'forged')).toEqual([]);
  expect(events.find(isOf('participant_joined', room))?.participant?.attributes['sip.callStatus']).toBe('dialing');
});

test('beside it, LiveKit’s own participants and replies stay as they are', async () => {
  const { participantIdentity } = await deployment.dial('00', { room: 'beside' });
  const direct = new RoomServiceClient(livekit.url, livekit.apiKey, livekit.apiSecret, ONCE);
  expect(await direct.listParticipants('beside')).toEqual([]);
  const [callee, ...others] = await deployment.rooms.listParticipants('beside');
  expect(others).toEqual([]);
  expect(callee).toMatchObject({ identity: participantIdentity, kind: ParticipantInfo_Kind.SIP });
  expect((await deployment.rooms.getParticipant('beside', 'callee')).sid).toBe(callee?.sid);
  const stranger = new RoomServiceClient(deployment.simulator.url, livekit.apiKey, 'x'.repeat(43), ONCE);
  for (const refused of [
    stranger.listParticipants('beside'),
    stranger.getParticipant('beside', 'callee'),
    stranger.removeParticipant('beside', 'callee'),
    stranger.deleteRoom('beside'),
  ]) {
    await expect(refused).rejects.toMatchObject({ status: 401 });
  }
  expect(await statusIn('beside')).toEqual(['active']);
  await deployment.rooms.deleteRoom('beside');
});

test.each([
  ['30', DisconnectReason.USER_REJECTED, 'dialing'],
  ['31', DisconnectReason.USER_REJECTED, 'ringing'],
  ['35', DisconnectReason.USER_UNAVAILABLE, 'dialing'],
  ['43', DisconnectReason.CLIENT_INITIATED, 'dialing'],
  ['50', DisconnectReason.USER_UNAVAILABLE, 'ringing'],
])('%s leaves with reason %i, last seen %s', async (digits, disconnectReason, status) => {
  const room = newRoom();
  await deployment.dial(digits, { room, ringingTimeout: 1 }).catch(() => {});
  const event = await left(room);
  expect(event?.participant).toMatchObject({ disconnectReason, attributes: { 'sip.callStatus': status } });
});

test('deleting the room while it rings ends the dial, and nobody is rung again', async () => {
  const room = newRoom();
  const dialled = deployment.dial('19', { room }).catch((error: unknown) => error);
  await eventually(() => statusIn(room), ([status]) => status === 'ringing');
  await deployment.rooms.deleteRoom(room);
  expect(await dialled).toMatchObject({ status: 408, code: 'canceled', metadata: undefined });
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.ROOM_DELETED);
  expect(deployment.invites(room)).toBe(1);
  expect(deployment.simulator.dials().filter((dial) => dial.room === room)).toEqual([]);
});

test('deleting the room while they talk hangs up', async () => {
  const room = newRoom();
  await deployment.dial('00', { room });
  await deployment.rooms.deleteRoom(room);
  expect(await statusIn(room)).toEqual([]);
  expect((await left(room))?.participant).toMatchObject({
    disconnectReason: DisconnectReason.ROOM_DELETED,
    attributes: { 'sip.callStatus': 'active' },
  });
});

test('removing the callee hangs up', async () => {
  const room = newRoom();
  await deployment.dial('00', { room });
  await deployment.rooms.removeParticipant(room, 'callee');
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.PARTICIPANT_REMOVED);
  await expect(deployment.rooms.removeParticipant(room, 'callee')).rejects.toMatchObject({ status: 404 });
});

test('a dial rings into a room that was deleted, which is there again', async () => {
  const room = newRoom();
  await deployment.rooms.createRoom({ name: room });
  const dialled = deployment.dial('55', { room });
  await eventually(() => deployment.simulator.dials().find((dial) => dial.room === room)?.status, (s) => s === 'joining');
  await deployment.rooms.deleteRoom(room);
  expect(await deployment.rooms.listRooms([room])).toEqual([]);
  await dialled;
  expect(deployment.invites(room)).toBe(1);
  expect((await deployment.rooms.listRooms([room])).map(({ name }) => name)).toEqual([room]);
  // The second deletion reaches it.
  await deployment.rooms.deleteRoom(room);
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.ROOM_DELETED);
});

test('a bridge that vanished stays in the room, silent', async () => {
  const room = newRoom();
  await deployment.dial('54', { room });
  await eventually(() => deployment.simulator.dials().find((dial) => dial.room === room)?.status, (s) => s === 'over');
  expect(await statusIn(room)).toEqual(['active']);
  expect(events.find(isOf('participant_left', room))).toBeUndefined();
});

test('a second dial with the same identity rings a second time, and puts the first callee out', async () => {
  const room = newRoom();
  await deployment.dial('00', { room });
  await deployment.dial('00', { room });
  expect(deployment.invites(room)).toBe(2);
  expect(await statusIn(room)).toEqual(['active']);
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.DUPLICATE_IDENTITY);
});
