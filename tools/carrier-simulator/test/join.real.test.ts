import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ParticipantInfo_Kind } from '@livekit/protocol';
import { startCarrierSimulatorProcess } from '@dialplane/real-parts';
import type { CarrierSimulatorProcess } from '@dialplane/real-parts';
import { RoomServiceClient, SipClient } from 'livekit-server-sdk';

import type { RingCount } from '../src/index.ts';
import { eventually, livekit, newRoom, numberOf, ONCE, TRUNK } from './simulated-deployment.ts';

const { url: upstream, apiKey, apiSecret } = livekit;
const rooms = new RoomServiceClient(upstream, apiKey, apiSecret, ONCE);
let simulator: CarrierSimulatorProcess;
let sip: SipClient;
beforeAll(async () => {
  simulator = await startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks: [TRUNK], join: true });
  sip = new SipClient(simulator.url, apiKey, apiSecret, ONCE);
});
afterAll(() => simulator.stop());

const dial = (digits: string, room: string) =>
  sip.createSipParticipant(TRUNK, numberOf(digits), room, {
    participantIdentity: 'callee',
    participantAttributes: { 'dialplane.call': 'one' },
    waitUntilAnswered: true,
    ringingTimeout: 20,
  });
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
  expect(counts.filter((count) => count.room === room)).toMatchObject([{ identity: 'callee', invites: 1, answered: 0 }]);
});
