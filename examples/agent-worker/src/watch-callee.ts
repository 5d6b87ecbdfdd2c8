import { setTimeout as sleep } from 'node:timers/promises';

import { DisconnectReason, RoomEvent, type Participant, type RemoteParticipant, type Room } from '@livekit/rtc-node';

/** LiveKit's word for where a dial stands, an attribute of the callee. */
const CALL_STATUS = 'sip.callStatus';

/** Calls back once when the callee's phone rings. */
export function whenRinging(room: Room, identity: string, onRinging: () => void): void {
  const look = (_changed: unknown, participant: Participant) => {
    if (participant.identity !== identity || participant.attributes[CALL_STATUS] !== 'ringing') return;
    room.off(RoomEvent.ParticipantAttributesChanged, look);
    onRinging();
  };
  room.on(RoomEvent.ParticipantAttributesChanged, look);
}

/**
 * Resolves when the callee leaves, does not even appear within some milliseconds, or the signal comes; `hungUp`: the
 * callee itself ended the call.
 */
export async function untilCalleeIsGone(
  room: Room,
  identity: string,
  signal: AbortSignal,
  appearsWithinMs: number,
): Promise<{ hungUp: boolean }> {
  const left = new Promise<{ hungUp: boolean }>((resolve) => {
    room.on(RoomEvent.ParticipantDisconnected, (participant: RemoteParticipant) => {
      if (participant.identity !== identity) return;
      resolve({ hungUp: participant.disconnectReason === DisconnectReason.CLIENT_INITIATED });
    });
    signal.addEventListener('abort', () => resolve({ hungUp: false }), { once: true });
    if (signal.aborted) resolve({ hungUp: false });
  });
  const absent = sleep(appearsWithinMs, undefined, { ref: false }).then(() =>
    room.remoteParticipants.has(identity) ? left : { hungUp: false },
  );
  return Promise.race([left, absent]);
}
