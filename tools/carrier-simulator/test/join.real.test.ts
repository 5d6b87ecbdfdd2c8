import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DisconnectReason, ParticipantInfo_Kind } from '@livekit/protocol';
import { startCarrierSimulatorProcess, startLiveKitServer, startRedis } from '@dialplane/real-parts';
import type { CarrierSimulatorProcess } from '@dialplane/real-parts';
import { RoomServiceClient, SipClient } from 'livekit-server-sdk';

import type { RingCount } from '../src/index.ts';
import { eventually, newRoom, numberOf, ONCE, TRUNK } from './simulated-deployment.ts';
import { openWebhookInbox } from './webhook-inbox.ts';
import type { WebhookInbox } from './webhook-inbox.ts';

let rooms: RoomServiceClient;
let sip: SipClient;
let simulator: CarrierSimulatorProcess;
let webhooks: WebhookInbox;
const started: { stop(): Promise<void> }[] = [];
async function keep<Part extends { stop(): Promise<void> }>(part: Promise<Part>): Promise<Part> {
  started.push(await part);
  return part;
}
beforeAll(async () => {
  webhooks = await openWebhookInbox();
  // A deployment of its own, which sends webhooks.
  const redis = await keep(startRedis({ database: 2 }));
  const livekit = await keep(startLiveKitServer({ redisUrl: redis.url, webhookUrl: webhooks.url }));
  const { url: upstream, apiKey, apiSecret } = livekit;
  webhooks.accept(livekit);
  simulator = await keep(startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks: [TRUNK], join: true }));
  rooms = new RoomServiceClient(upstream, apiKey, apiSecret, ONCE);
  sip = new SipClient(simulator.url, apiKey, apiSecret, ONCE);
});
afterAll(async () => {
  for (const part of started.toReversed()) await part.stop();
  webhooks.close();
});

const dial = (digits: string, room: string) =>
  sip.createSipParticipant(TRUNK, numberOf(digits), room, {
    participantIdentity: 'callee',
    participantAttributes: { 'dialplane.call': 'one' },
    waitUntilAnswered: true,
    ringingTimeout: 20,
  });
const left = (room: string) =>
  eventually(
    () => webhooks.events.find(({ event, room: of }) => event === 'participant_left' && of?.name === room),
    (event) => event !== undefined,
  );
const statusIn = async (room: string) =>
  (await rooms.listParticipants(room)).map(({ attributes }) => attributes['sip.callStatus']);

test('LiveKit itself shows a SIP participant that dials, rings, is active and gone', async () => {
  const room = newRoom();
  const seen = new Set<unknown>();
  const answered = dial('21', room);
  const [callee] = await eventually(
    () => rooms.listParticipants(room),
    (participants) => participants.length > 0,
  );
  expect(callee).toMatchObject({
    identity: 'callee',
    kind: ParticipantInfo_Kind.SIP,
    attributes: { 'dialplane.call': 'one', 'sip.trunkID': TRUNK, 'sip.phoneNumber': numberOf('21') },
  });
  await eventually(
    async () => (await statusIn(room)).map((status) => seen.add(status)).length,
    () => seen.has('active'),
  );
  const { participantId } = await answered;
  expect(participantId).toBe(callee?.sid);
  const order = ['dialing', 'ringing', 'active'].filter((status) => seen.has(status));
  expect([...seen]).toEqual(order);
  expect(order).toContain('ringing');
  await eventually(
    () => statusIn(room),
    (statuses) => statuses.length === 0,
  );
  expect((await left(room))?.participant).toMatchObject({
    kind: ParticipantInfo_Kind.SIP,
    disconnectReason: DisconnectReason.CLIENT_INITIATED,
    attributes: { 'sip.callStatus': 'hangup' },
  });
  await rooms.deleteRoom(room);
});

test('a callee that declines leaves with the reason that LiveKit gives', async () => {
  const room = newRoom();
  await expect(dial('33', room)).rejects.toMatchObject({ sipStatusCode: 603, status: 403 });
  expect((await left(room))?.participant?.disconnectReason).toBe(DisconnectReason.USER_REJECTED);
  await rooms.deleteRoom(room);
});

test('deleting the room while it rings ends the dial; a callee rung once is counted once', async () => {
  const room = newRoom();
  const dialled = dial('19', room).catch((error: unknown) => error);
  await eventually(
    () => statusIn(room),
    ([status]) => status === 'ringing',
  );
  await rooms.deleteRoom(room);
  expect(await dialled).toMatchObject({ status: 408, code: 'canceled' });
  const counts = (await (await fetch(`${simulator.controlUrl}/rings`)).json()) as RingCount[];
  expect(counts.filter((count) => count.room === room)).toMatchObject([
    { identity: 'callee', invites: 1, answered: 0 },
  ]);
});
