import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  CreateSIPParticipantRequest,
  DisconnectReason,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ParticipantInfo_Kind,
  SIPParticipantInfo,
} from '@livekit/protocol';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import type { WebhookEvent } from 'livekit-server-sdk';

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
import { openWebhookInbox } from './webhook-inbox.ts';
import type { WebhookInbox } from './webhook-inbox.ts';

let deployment: SimulatedDeployment;
let webhooks: WebhookInbox;
beforeAll(async () => {
  webhooks = await openWebhookInbox();
  webhooks.accept(livekit);
  deployment = await startSimulatedDeployment({ webhookUrl: webhooks.url });
});
beforeEach(() => {
  webhooks.events.splice(0);
});
afterAll(async () => {
  await deployment.simulator.stop();
  webhooks.close();
});

const statusIn = async (room: string) =>
  (await deployment.rooms.listParticipants(room)).map(({ attributes }) => attributes['sip.callStatus']);
const left = (room: string) =>
  eventually(
    () => webhooks.events.find(isOf('participant_left', room)),
    (event) => !!event,
  );
const isOf = (name: string, room: string) => (event: WebhookEvent) => event.event === name && event.room?.name === room;

test('it is seen dialing, ringing, active, and is gone after it hung up', async () => {
  const room = newRoom();
  const seen = new Set<unknown>();
  const answered = deployment.dial('21', { room, participantAttributes: { 'dialplane.call': 'one' } });
  await eventually(
    async () => (await statusIn(room)).map((status) => seen.add(status)).length,
    () => seen.has('active'),
  );
  // It dials for a tenth of a second: perhaps nobody asked in time.
  expect([...seen].filter((status) => status !== 'dialing')).toEqual(['ringing', 'active']);
  const { participantId, sipCallId } = await answered;
  const event = await left(room);
  expect(await statusIn(room)).toEqual([]);
  expect(event?.participant).toMatchObject({
    sid: participantId,
    identity: 'callee',
    disconnectReason: DisconnectReason.CLIENT_INITIATED,
    attributes: { 'sip.callStatus': 'hangup', 'sip.callID': sipCallId, 'dialplane.call': 'one' },
  });
  expect(webhooks.forged()).toBe(0);
  expect(webhooks.events.find(isOf('participant_joined', room))?.participant?.attributes['sip.callStatus']).toBe(
    'dialing',
  );
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
  await eventually(
    () => statusIn(room),
    ([status]) => status === 'ringing',
  );
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
  await eventually(
    () => deployment.simulator.dials().find((dial) => dial.room === room)?.status,
    (s) => s === 'joining',
  );
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
  await eventually(
    () => deployment.simulator.dials().find((dial) => dial.room === room)?.status,
    (s) => s === 'over',
  );
  expect(await statusIn(room)).toEqual(['active']);
  expect(webhooks.events.find(isOf('participant_left', room))).toBeUndefined();
});

test('a second dial with the same identity rings a second time, and puts the first callee out', async () => {
  const room = newRoom();
  await deployment.dial('00', { room });
  await deployment.dial('00', { room });
  expect(deployment.invites(room)).toBe(2);
  expect(await statusIn(room)).toEqual(['active']);
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.DUPLICATE_IDENTITY);
});

test('an SDK that speaks binary gets the same', async () => {
  const { apiKey, apiSecret } = livekit;
  const room = newRoom();
  const ask = async (method: string, message: { toBinary(): Uint8Array }) => {
    const token = new AccessToken(apiKey, apiSecret);
    token.addGrant({ roomAdmin: true, room });
    token.addSIPGrant({ call: true });
    const reply = await fetch(`${deployment.simulator.url}/twirp/livekit.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/protobuf', authorization: `Bearer ${await token.toJwt()}` },
      body: Buffer.from(message.toBinary()),
    });
    expect(reply.headers.get('content-type')).toBe('application/protobuf');
    return new Uint8Array(await reply.arrayBuffer());
  };
  const dial = { sipTrunkId: TRUNK, sipCallTo: numberOf('00'), roomName: room, participantIdentity: 'callee' };
  const dialled = await ask('SIP/CreateSIPParticipant', new CreateSIPParticipantRequest(dial));
  const { participantId } = SIPParticipantInfo.fromBinary(dialled);
  const listed = await ask('RoomService/ListParticipants', new ListParticipantsRequest({ room }));
  expect(ListParticipantsResponse.fromBinary(listed).participants.map(({ sid }) => sid)).toEqual([participantId]);
});
