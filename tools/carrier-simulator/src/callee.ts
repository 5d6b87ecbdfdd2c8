import { randomBytes } from 'node:crypto';

import type { DisconnectReason } from '@livekit/protocol';

/** What LiveKit calls the state of a call, in the attribute `sip.callStatus`. */
export type CallStatus = 'dialing' | 'ringing' | 'active' | 'hangup';

/** The SIP participant that stands for a callee. */
export interface Callee {
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  /** With `sip.callStatus` as it is at first. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A callee in its room. */
export interface Presence {
  /** `PA_…` */
  readonly participantId: string;
  setStatus(status: CallStatus): Promise<void>;
  leave(reason: DisconnectReason): Promise<void>;
}

/**
 * Puts a callee into its room, which is made when there is none. `onRemoved` is called, once, when LiveKit takes it
 * out; not after `leave`. Rejects when the room cannot be entered.
 */
export type EnterRoom = (callee: Callee, onRemoved: (reason: DisconnectReason) => void) => Promise<Presence>;

/** An id as LiveKit makes them. */
export function newId(prefix: 'SCL' | 'PA' | 'EV'): string {
  return `${prefix}_${randomBytes(9).toString('base64url').replaceAll(/[-_]/g, '0')}`;
}
