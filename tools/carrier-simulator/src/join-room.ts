import { DisconnectReason } from '@livekit/protocol';
import { AudioSource, LocalAudioTrack, Room, RoomEvent, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';

import type { Callee, CallStatus, EnterRoom, Presence } from './callee.ts';
import type { ApiKey } from './check-token.ts';
import { QuietFfiClient } from './quiet-ffi-client.ts';

export interface RoomJoiner {
  readonly enter: EnterRoom;
  /** Leaves every room. */
  close(): Promise<void>;
}

const SAMPLE_RATE = 48_000;
/** Longer than any call. */
const TOKEN_LIFE = '6h';

/** What rtc-node keeps and does not show: each holds memory until it is disposed of. */
interface Handle {
  readonly handle: bigint;
  dispose(): void;
}
interface RoomInternals {
  readonly ffiHandle?: Handle;
  readonly onFfiEvent: (...args: unknown[]) => void;
  readonly localParticipant?: {
    readonly ffi_handle: Handle;
    readonly trackPublications: ReadonlyMap<string, { readonly ffiHandle: Handle }>;
  };
}

/** Lets callees join as real participants of kind SIP, each with a silent track. */
export function createRoomJoiner({ wsUrl, apiKey, apiSecret }: ApiKey & { readonly wsUrl: string }): RoomJoiner {
  const client = QuietFfiClient.install();
  const present = new Set<Presence>();

  async function enter(callee: Callee, onRemoved: (reason: DisconnectReason) => void): Promise<Presence> {
    const room = new Room();
    const { ffiHandle } = await connect(room, callee);
    // With a queue, the source would encode silence all the time.
    const source = new AudioSource(SAMPLE_RATE, 1, 0);
    const track = LocalAudioTrack.createAudioTrack('sip', source);
    let isThere = true;

    async function disposeOfAll(): Promise<void> {
      present.delete(presence);
      const { onFfiEvent, localParticipant } = room as unknown as RoomInternals;
      client.off('ffi_event', onFfiEvent);
      await track.close();
      for (const { ffiHandle } of localParticipant?.trackPublications.values() ?? []) ffiHandle.dispose();
      localParticipant?.ffi_handle.dispose();
      if (ffiHandle === undefined) return;
      client.leaveReasons.delete(ffiHandle.handle);
      ffiHandle.dispose();
    }
    const presence: Presence = {
      participantId: room.localParticipant?.sid ?? '',
      async setStatus(status) {
        if (isThere) await showStatus(room, status);
      },
      async leave(reason) {
        if (!isThere) return;
        isThere = false;
        if (ffiHandle !== undefined) client.leaveReasons.set(ffiHandle.handle, reason);
        await room.disconnect();
        await disposeOfAll();
      },
    };
    present.add(presence);
    room.once(RoomEvent.Disconnected, (reason) => {
      if (!isThere) return;
      isThere = false;
      void disposeOfAll();
      onRemoved(reason);
    });
    // Without a track LiveKit tells others of this participant seconds late.
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await room.localParticipant?.publishTrack(track, options).catch(async (error: unknown) => {
      await presence.leave(DisconnectReason.JOIN_FAILURE);
      throw error;
    });
    return presence;
  }

  async function connect(room: Room, callee: Callee): Promise<RoomInternals> {
    const { identity, name, metadata, attributes } = callee;
    const token = new AccessToken(apiKey, apiSecret, { identity, name, metadata, attributes, ttl: TOKEN_LIFE });
    token.kind = 'sip';
    token.addGrant({ roomJoin: true, room: callee.room, canUpdateOwnMetadata: true });
    await room.connect(wsUrl, await token.toJwt(), { autoSubscribe: false, dynacast: false });
    return room as unknown as RoomInternals;
  }

  return {
    enter,
    async close() {
      await Promise.all([...present].map((presence) => presence.leave(DisconnectReason.SERVER_SHUTDOWN)));
    },
  };
}

/**
 * Until LiveKit shows it. On a busy machine the SDK now and then overlooks the reply to its request, and would wait
 * for 5 s.
 */
async function showStatus(room: Room, status: CallStatus): Promise<void> {
  const shown = Promise.withResolvers<void>();
  const look = () => {
    if (room.localParticipant?.attributes['sip.callStatus'] === status) shown.resolve();
  };
  room.on(RoomEvent.ParticipantAttributesChanged, look);
  // Removed in this moment, it has no attributes to set.
  const answered = room.localParticipant?.setAttributes({ 'sip.callStatus': status }).catch(() => {});
  await Promise.race([shown.promise, answered]);
  room.off(RoomEvent.ParticipantAttributesChanged, look);
}
