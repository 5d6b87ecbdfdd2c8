import { LiveKitError } from '@dialplane/livekit';
import type {
  LiveKitClient,
  LiveKitErrorDetails,
  LiveKitErrorKind,
  LiveKitOutcome,
  Participant,
} from '@dialplane/livekit';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Member = Writable<Participant> & { attributes: Record<string, string> };

export const failure = (
  kind: LiveKitErrorKind,
  outcome: LiveKitOutcome,
  details: LiveKitErrorDetails = {},
): LiveKitError => new LiveKitError(kind, outcome, 'scripted', details);

/** A deployment in memory: rooms, who is in them, and a carrier; what it does is set by the test. */
export interface ScriptedLiveKit extends LiveKitClient {
  readonly rooms: Map<string, Map<string, Member>>;
  /** Every request that changes something, in order. */
  readonly requests: string[];
  /** INVITEs sent, by identity. */
  readonly rings: string[];
  /** What createRoom does: serves it unless an error is given; `served` first. */
  createRoomFails: { readonly error: LiveKitError; readonly served: boolean } | undefined;
  /** How long after createRoom the agent is in the room; undefined: never. */
  agentAfterMs: number | undefined;
  /** What the carrier does with a dial; it may look at and change the callee. */
  carrier: (dial: { callee: Member; hangUp: () => void; cancelled: Promise<void> }) => Promise<void>;
  /** Reads fail, and deletions. */
  isSilent: boolean;
  /** Reads of rooms fail, as on a cluster whose node is gone. */
  areRoomsSilent: boolean;
  /** Undefined: its replies do not tell. */
  skewMs: number | undefined;
  tokenMs: number;
  /** What it refuses other secrets than. */
  apiSecret: string;
  join(room: string, participant: Partial<Participant> & { identity: string }): Member;
  leave(room: string, identity: string): void;
}

export const AGENT = 'agent-AJ_1';
export const SECRET = 'x'.repeat(32);

/** The deployment as whoever has this secret finds it. */
export function openedWith(apiSecret: string, livekit: ScriptedLiveKit): ScriptedLiveKit {
  return new Proxy(livekit, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function' || name === 'clockSkewMs') return value;
      return async (...args: unknown[]) => {
        if (target.apiSecret !== apiSecret) throw failure('credential_refused', 'rejected');
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

export function createScriptedLiveKit(): ScriptedLiveKit {
  const closings = new Map<string, Set<() => void>>();
  const read = (): void => {
    if (livekit.isSilent) throw failure('timeout', 'unknown');
  };
  const close = (room: string): void => {
    livekit.rooms.delete(room);
    for (const end of closings.get(room) ?? []) end();
    closings.delete(room);
  };
  const livekit: ScriptedLiveKit = {
    rooms: new Map(),
    requests: [],
    rings: [],
    createRoomFails: undefined,
    agentAfterMs: 5,
    carrier: async ({ callee }) => {
      callee.attributes['sip.callStatus'] = 'active';
    },
    isSilent: false,
    areRoomsSilent: false,
    skewMs: 0,
    tokenMs: 5_000,
    apiSecret: SECRET,
    join(room, { identity, kind = 'agent', attributes = {} }) {
      const member: Member = { identity, kind, attributes: { ...attributes } };
      const members = livekit.rooms.get(room) ?? new Map<string, Member>();
      livekit.rooms.set(room, members.set(identity, member));
      return member;
    },
    leave: (room, identity) => void livekit.rooms.get(room)?.delete(identity),
    probe: async () => undefined,
    async createRoom({ name }) {
      livekit.requests.push(`createRoom ${name}`);
      const fails = livekit.createRoomFails;
      if (fails?.served !== false) {
        livekit.rooms.set(name, new Map());
        const after = livekit.agentAfterMs;
        if (after !== undefined)
          setTimeout(() => livekit.rooms.has(name) && livekit.join(name, { identity: AGENT }), after);
      }
      if (fails !== undefined) throw fails.error;
      return { name, sid: 'RM_1' };
    },
    async listRooms(names) {
      read();
      return names.filter((name) => livekit.rooms.has(name)).map((name) => ({ name, sid: 'RM_1' }));
    },
    async deleteRoom(room) {
      livekit.requests.push(`deleteRoom ${room}`);
      read();
      if (!livekit.rooms.has(room)) throw failure('not_found', 'rejected');
      close(room);
    },
    async listAgentDispatches(room) {
      read();
      if (!livekit.rooms.has(room)) throw failure('server_error', 'unknown');
      return [{ id: 'AD_1', agentName: 'front-desk', metadata: '', jobs: 0 }];
    },
    async listParticipants(room) {
      read();
      if (livekit.areRoomsSilent) throw failure('server_error', 'unknown', { twirpCode: 'unavailable' });
      return structuredClone([...(livekit.rooms.get(room)?.values() ?? [])]);
    },
    findAgent: async (room) => (await livekit.listParticipants(room)).find(({ kind }) => kind === 'agent'),
    listOutboundTrunks: async () => [],
    prepareDial: async ({ room, identity }) => ({
      tokenExpiresAt: new Date(Date.now() + livekit.tokenMs),
      async send() {
        livekit.requests.push(`dial ${room}`);
        livekit.rings.push(identity);
        const callee = livekit.join(room, { identity, kind: 'sip', attributes: { 'sip.callStatus': 'dialing' } });
        const cancelled = new Promise<void>((resolve) => {
          closings.set(room, (closings.get(room) ?? new Set()).add(resolve));
        });
        const hangUp = (): void => livekit.leave(room, identity);
        const stopped = cancelled.then(() => {
          throw failure('not_answered', 'rejected', { twirpCode: 'canceled', httpStatus: 408 });
        });
        try {
          await Promise.race([livekit.carrier({ callee, hangUp, cancelled }), stopped]);
        } catch (error) {
          hangUp();
          throw error;
        }
        return { sipCallId: 'SCL_1' };
      },
    }),
    async removeParticipant(room, identity) {
      livekit.requests.push(`removeParticipant ${room} ${identity}`);
      if (livekit.rooms.get(room)?.has(identity) !== true) throw failure('not_found', 'rejected');
      livekit.leave(room, identity);
    },
    clockSkewMs: () => livekit.skewMs,
  };
  return livekit;
}
