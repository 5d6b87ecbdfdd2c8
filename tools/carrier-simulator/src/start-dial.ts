import { setTimeout as sleep } from 'node:timers/promises';

import { DisconnectReason } from '@livekit/protocol';

import type { Callee, CallStatus, EnterRoom, Presence } from './callee.ts';
import type { CarrierBehaviour } from './carrier-behaviour.ts';
import type { RingLog, RingRecord } from './ring-log.ts';
import { sipRefusal } from './sip-refusal.ts';

export interface NewDial {
  /** `SCL_…` */
  readonly sipCallId: string;
  readonly number: string;
  readonly sipTrunkId: string;
  readonly callee: Callee;
  readonly behaviour: CarrierBehaviour;
  /** When LiveKit gives up ringing, in milliseconds. */
  readonly ringingTimeoutMs: number;
}

/** What the request for a dial that waits for the answer learns. */
export type DialResult =
  | { readonly kind: 'answered' }
  | { readonly kind: 'refused'; readonly sipCode: number }
  | { readonly kind: 'credentials_wanted' }
  /** LiveKit gave up, or the callee was taken out of its room. */
  | { readonly kind: 'canceled' };

/** `joining`: not in the room yet, and nothing rings. */
export type DialStatus = 'joining' | CallStatus | 'over';

export interface Dial {
  readonly dial: NewDial;
  readonly status: () => DialStatus;
  /** The participant's id, once it is in the room; rejects when it cannot enter. */
  readonly joined: Promise<string>;
  readonly result: Promise<DialResult>;
  /** Never rejects. */
  readonly over: Promise<void>;
}

export interface DialParts {
  readonly enterRoom: EnterRoom;
  readonly rings: RingLog;
  /** Ends every dial without a trace, as the end of this process would. */
  readonly stopped: AbortSignal;
}

/** LiveKit's SIP stack gives up on a carrier that does not say a word. */
const SILENCE_MS = 32_000;
/** How long LiveKit takes to see that a bridge is gone. */
const LOST_BRIDGE_MS = 20_000;

/** Starts to dial, and goes on by itself until the call is over. */
export function startDial(dial: NewDial, { enterRoom, rings, stopped }: DialParts): Dial {
  const joined = Promise.withResolvers<string>();
  const result = Promise.withResolvers<DialResult>();
  joined.promise.catch(() => {});
  result.promise.catch(() => {});
  const removal = new AbortController();
  const interrupted = AbortSignal.any([removal.signal, stopped]);
  const { behaviour, callee } = dial;
  let status: DialStatus = 'joining';

  function write(event: RingRecord['event'], why?: string): void {
    const { sipCallId, number, sipTrunkId } = dial;
    const { room, identity } = callee;
    rings.write({ event, sipCallId, room, identity, number, sipTrunkId, ...(why !== undefined && { why }) });
  }
  async function become(next: CallStatus, presence: Presence): Promise<void> {
    status = next;
    await presence.setStatus(next);
  }
  /** Whether nothing came between. */
  async function pass(ms: number): Promise<boolean> {
    if (ms === Infinity) throw new Error('A dial does not wait for ever.');
    return sleep(Math.max(0, ms), true, { signal: interrupted }).catch(() => false);
  }

  async function run(): Promise<void> {
    if (!(await pass(behaviour.entersAfterMs))) return;
    const presence = await enterRoom(callee, (reason) => removal.abort(reason));
    const startedAt = performance.now();
    const passUntil = (ms: number) => pass(ms - (performance.now() - startedAt));
    status = 'dialing';
    write('invite');
    joined.resolve(presence.participantId);

    const giveUpMs = behaviour.isHeard ? dial.ringingTimeoutMs : Math.min(dial.ringingTimeoutMs, SILENCE_MS);
    const endMs = Math.min(behaviour.endsAfterMs, giveUpMs);
    if (behaviour.ringsAfterMs !== undefined && behaviour.ringsAfterMs < endMs) {
      if (!(await passUntil(behaviour.ringsAfterMs))) return removedWhileDialling();
      write('rang');
      await become('ringing', presence);
    }
    if (!(await passUntil(endMs))) return removedWhileDialling();
    const { end } = behaviour;
    if (behaviour.endsAfterMs > giveUpMs || end.kind === 'unanswered' || end.kind === 'unresolvable') {
      return finish('no_answer', { kind: 'canceled' }, DisconnectReason.USER_UNAVAILABLE, presence);
    }
    if (end.kind === 'refused') {
      const { disconnectReason } = sipRefusal(end.sipCode);
      return finish(`refused ${end.sipCode}`, end, disconnectReason, presence);
    }
    if (end.kind === 'credentials_wanted') {
      return finish('refused 407', end, DisconnectReason.USER_REJECTED, presence);
    }
    write('answered');
    await become('active', presence);
    result.resolve({ kind: 'answered' });
    await talk(end.talkMs, end.vanishes, presence);
  }

  async function talk(talkMs: number | undefined, vanishes: boolean, presence: Presence): Promise<void> {
    const hungUp = talkMs === undefined ? await untilRemoved() : await pass(talkMs);
    if (!hungUp) return over(removedBy());
    if (vanishes) {
      over('bridge_vanished');
      if (await pass(LOST_BRIDGE_MS)) await presence.leave(DisconnectReason.CONNECTION_TIMEOUT);
      return;
    }
    over('callee_hung_up');
    await presence.setStatus('hangup');
    await presence.leave(DisconnectReason.CLIENT_INITIATED);
  }
  async function untilRemoved(): Promise<false> {
    if (!interrupted.aborted) await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    return false;
  }

  /** LiveKit cancels the INVITE and has no SIP code to tell. */
  function removedWhileDialling(): void {
    over(removedBy());
    result.resolve({ kind: 'canceled' });
  }
  async function finish(why: string, how: DialResult, reason: DisconnectReason, presence: Presence): Promise<void> {
    over(why);
    // LiveKit's reply and its webhook race.
    result.resolve(how);
    await presence.leave(reason);
  }
  function over(why: string): void {
    status = 'over';
    if (!stopped.aborted) write('over', why);
  }
  const removedBy = (): string => (DisconnectReason[removal.signal.reason as number] ?? 'removed').toLowerCase();

  const ended = run()
    .catch((error: unknown) => {
      joined.reject(error);
      result.reject(error);
    })
    .finally(() => {
      status = 'over';
      joined.reject(new Error('The dial was stopped.'));
      result.reject(new Error('The dial was stopped.'));
    });
  return { dial, status: () => status, joined: joined.promise, result: result.promise, over: ended };
}
