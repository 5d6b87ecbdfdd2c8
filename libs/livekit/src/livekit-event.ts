import type { Participant } from './livekit-client.ts';

/** What a webhook says happened. Webhooks come late, twice, in another order or never: each is a hint. */
export interface LiveKitEvent {
  /** `EV_…`: the same when LiveKit sends the event again. */
  readonly id: string;
  /** `room_started`, `participant_joined`, `participant_left`, `room_finished`, …; newer servers send others. */
  readonly kind: string;
  /** In whole seconds. */
  readonly createdAt: Date;
  /** Undefined where it is about no room. */
  readonly room: string | undefined;
  /** Undefined where it is about no participant. */
  readonly participant: LeavingParticipant | undefined;
  /** The event as LiveKit sent it, without what looks like a secret, and as PostgreSQL can store it. */
  readonly redactedBody: Readonly<Record<string, unknown>>;
}

export interface LeavingParticipant extends Participant {
  /** LiveKit's name for it, such as `CLIENT_INITIATED` or `USER_REJECTED`; undefined while it has not left. */
  readonly disconnectReason: string | undefined;
}
