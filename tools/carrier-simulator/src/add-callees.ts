import {
  DeleteRoomRequest,
  DeleteRoomResponse,
  DisconnectReason,
  ListParticipantsRequest,
  ListParticipantsResponse,
  RemoveParticipantResponse,
  RoomParticipantIdentity,
} from '@livekit/protocol';

import type { HttpReply, HttpRequest, Serve } from './http-message.ts';
import { messageReply, readMessage } from './twirp.ts';
import type { VirtualRooms } from './virtual-rooms.ts';

/** LiveKit's room service, as it would answer if the virtual callees were in its rooms; by path. */
export function addCallees(
  rooms: VirtualRooms,
  forward: (request: HttpRequest) => Promise<HttpReply>,
): Readonly<Record<string, Serve>> {
  return {
    '/twirp/livekit.RoomService/ListParticipants': async (request) => {
      const reply = await forward(request);
      const room = readMessage(request, ListParticipantsRequest)?.room ?? '';
      // Read before the reply and one callee might be in both an old and a new state.
      const callees = rooms.list(room);
      if (reply.status !== 200 || callees.length === 0) return reply;
      const listed = readMessage(reply, ListParticipantsResponse);
      if (listed === undefined) return reply;
      listed.participants.push(...callees);
      return messageReply(request, listed);
    },

    '/twirp/livekit.RoomService/GetParticipant': async (request) => {
      const reply = await forward(request);
      const { room, identity } = readMessage(request, RoomParticipantIdentity) ?? {};
      const callee = rooms.find(room ?? '', identity ?? '');
      return callee === undefined || isForbidden(reply) ? reply : messageReply(request, callee);
    },

    '/twirp/livekit.RoomService/RemoveParticipant': async (request) => {
      const reply = await forward(request);
      if (isForbidden(reply)) return reply;
      const { room, identity } = readMessage(request, RoomParticipantIdentity) ?? {};
      const removed = rooms.remove(room ?? '', identity ?? '', DisconnectReason.PARTICIPANT_REMOVED);
      return removed === 0 ? reply : messageReply(request, new RemoveParticipantResponse());
    },

    '/twirp/livekit.RoomService/DeleteRoom': async (request) => {
      const reply = await forward(request);
      // A room with a callee in it exists, even if LiveKit has closed it as an empty one.
      if (reply.status !== 200 && reply.status !== 404) return reply;
      const { room } = readMessage(request, DeleteRoomRequest) ?? {};
      const removed = rooms.remove(room ?? '', undefined, DisconnectReason.ROOM_DELETED);
      return removed === 0 ? reply : messageReply(request, new DeleteRoomResponse());
    },
  };
}

/** LiveKit has looked at the token and does not like it. */
function isForbidden({ status }: HttpReply): boolean {
  return status === 401 || status === 403;
}
