import { DisconnectReason, ParticipantInfo, ParticipantInfo_Kind, ParticipantInfo_State } from '@livekit/protocol';
import type { Room } from '@livekit/protocol';

import { newId } from './callee.ts';
import type { EnterRoom } from './callee.ts';
import type { SendWebhook } from './send-webhook.ts';

/** Callees that LiveKit does not know of, by room: what its replies leave out. */
export interface VirtualRooms {
  readonly enter: EnterRoom;
  list(room: string): ParticipantInfo[];
  find(room: string, identity: string): ParticipantInfo | undefined;
  /** Takes one callee, or all of the room, out. Returns how many there were. */
  remove(room: string, identity: string | undefined, reason: DisconnectReason): number;
}

export interface VirtualRoomsParts {
  /** The room of that name in LiveKit, made when there is none. */
  readonly ensureRoom: (name: string) => Promise<Room>;
  readonly sendWebhook: SendWebhook;
}

interface Guest {
  readonly info: ParticipantInfo;
  readonly room: Room;
  readonly onRemoved: (reason: DisconnectReason) => void;
}

export function createVirtualRooms({ ensureRoom, sendWebhook }: VirtualRoomsParts): VirtualRooms {
  const rooms = new Map<string, Map<string, Guest>>();

  /** False when this very participant is gone already. */
  function takeOut({ info, room }: Guest, reason: DisconnectReason): boolean {
    const guests = rooms.get(room.name);
    if (guests?.get(info.identity)?.info !== info) return false;
    guests.delete(info.identity);
    if (guests.size === 0) rooms.delete(room.name);
    info.state = ParticipantInfo_State.DISCONNECTED;
    info.disconnectReason = reason;
    sendWebhook('participant_left', room, info);
    return true;
  }
  function expel(guest: Guest, reason: DisconnectReason): void {
    if (takeOut(guest, reason)) guest.onRemoved(reason);
  }

  return {
    async enter(callee, onRemoved) {
      const room = await ensureRoom(callee.room);
      const before = rooms.get(room.name)?.get(callee.identity);
      if (before !== undefined) expel(before, DisconnectReason.DUPLICATE_IDENTITY);
      const now = Date.now();
      const info = new ParticipantInfo({
        sid: newId('PA'),
        identity: callee.identity,
        name: callee.name,
        metadata: callee.metadata,
        attributes: { ...callee.attributes },
        state: ParticipantInfo_State.ACTIVE,
        kind: ParticipantInfo_Kind.SIP,
        joinedAt: BigInt(Math.floor(now / 1000)),
        joinedAtMs: BigInt(now),
        isPublisher: true,
        permission: { canSubscribe: true, canPublish: true, canPublishData: true, canUpdateMetadata: true },
      });
      const guest = { info, room, onRemoved };
      const guests = rooms.get(room.name) ?? new Map<string, Guest>();
      rooms.set(room.name, guests.set(callee.identity, guest));
      sendWebhook('participant_joined', room, info);
      return {
        participantId: info.sid,
        setStatus: async (status) => {
          info.attributes['sip.callStatus'] = status;
        },
        leave: async (reason) => {
          takeOut(guest, reason);
        },
      };
    },
    list: (room) => [...(rooms.get(room)?.values() ?? [])].map(({ info }) => info),
    find: (room, identity) => rooms.get(room)?.get(identity)?.info,
    remove(room, identity, reason) {
      const guests = [...(rooms.get(room)?.values() ?? [])];
      const leaving = guests.filter(({ info }) => identity === undefined || info.identity === identity);
      for (const guest of leaving) expel(guest, reason);
      return leaving.length;
    },
  };
}
