import { readServerUrl } from '@dialplane/tenancy';

import { agentNameOf } from './agent-name-of.ts';
import { checkAgentName, checkIdentity, checkMetadata, checkRoomName, checkSeconds } from './check-request.ts';
import { clockSkews } from './clock-skews.ts';
import { createToken, expiryOf, type Grants } from './create-token.ts';
import { fromDialReply } from './from-dial-reply.ts';
import type { LiveKitClient, LiveKitServer } from './livekit-client.ts';
import { LiveKitError } from './livekit-error.ts';
import { post } from './post.ts';
import {
  readAnsweredDial,
  readCreatedRoom,
  readDispatches,
  readNothing,
  readParticipants,
  readRooms,
  readTrunks,
} from './read-reply.ts';
import { toDialRequest } from './to-dial-request.ts';
import { fromFailure, fromReply, notLiveKit } from './to-livekit-error.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** Well within a token's life. */
const TOKEN_REUSE_MS = 2_000;
/** What a dial gets beyond its ringing timeout: LiveKit joins the room before it rings, and answers after. */
const DIAL_RESERVE_MS = 10_000;
/** No room of this name is ever made. */
const PROBED_ROOM = 'dialplane-probe';

interface Request<T> {
  readonly method: string;
  /** The access token. */
  readonly token: string;
  readonly body: object;
  /** Undefined for a reply that is not LiveKit's. */
  readonly read: (json: unknown) => T | undefined;
  readonly timeoutMs?: number;
  readonly errorOf?: typeof fromReply;
}

export function createLiveKitClient(server: LiveKitServer): LiveKitClient {
  const reading = readServerUrl(server.url);

  function origin(): string {
    if (reading.kind === 'ok') return reading.serverUrl.origin;
    throw new LiveKitError('unreachable', 'not_sent', `The LiveKit server's URL cannot be used: ${reading.problem}.`);
  }

  async function sendSigned<T>(request: Request<T>): Promise<T> {
    const to = origin();
    const sentAt = Date.now();
    const reply = await post({
      origin: to,
      path: `/twirp/livekit.${request.method}`,
      token: request.token,
      body: JSON.stringify(request.body),
      timeoutMs: request.timeoutMs ?? server.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    }).catch((failure: unknown) => Promise.reject(fromFailure(to, failure)));
    clockSkews.note(to, reply.date, sentAt, Date.now());
    const error = (request.errorOf ?? fromReply)(to, reply);
    if (error !== undefined) throw error;
    const result = readJson(reply.body, request.read);
    if (result === undefined) throw notLiveKit(to, 'unknown');
    return result;
  }

  let admin: { readonly room: string; readonly token: Promise<string>; readonly until: number } | undefined;

  /** A room is looked into again and again: its token serves for some looks. */
  function adminToken(room: string): Promise<string> {
    if (admin?.room !== room || performance.now() >= admin.until) {
      const until = performance.now() + TOKEN_REUSE_MS;
      admin = { room, token: createToken(server, { video: { roomAdmin: true, room } }), until };
    }
    return admin.token;
  }

  async function sendInRoom<T>(method: string, room: string, body: object, read: Request<T>['read']): Promise<T> {
    checkRoomName(room);
    origin();
    return sendSigned({ method, token: await adminToken(room), body: { room, ...body }, read });
  }

  /** Sends one request. */
  async function send<T>(method: string, grants: Grants, body: object, read: Request<T>['read']): Promise<T> {
    origin();
    return sendSigned({ method, token: await createToken(server, grants), body, read });
  }

  const client: LiveKitClient = {
    async probe() {
      await send('RoomService/ListRooms', { video: { roomList: true } }, { names: [PROBED_ROOM] }, readRooms);
    },
    async createRoom({ name, agentName, metadata, emptyTimeoutSeconds }) {
      checkRoomName(name);
      checkAgentName(agentName);
      checkMetadata(metadata);
      checkSeconds(emptyTimeoutSeconds);
      const body = { name, emptyTimeout: emptyTimeoutSeconds, agents: [{ agentName, metadata }] };
      return send('RoomService/CreateRoom', { video: { roomCreate: true } }, body, (json) =>
        readCreatedRoom(json, name),
      );
    },
    async listRooms(names) {
      names.forEach(checkRoomName);
      // LiveKit takes no names for every room.
      if (names.length === 0) return [];
      return send('RoomService/ListRooms', { video: { roomList: true } }, { names }, readRooms);
    },
    async deleteRoom(room) {
      checkRoomName(room);
      await send('RoomService/DeleteRoom', { video: { roomCreate: true } }, { room }, readNothing);
    },
    listAgentDispatches: (room) => sendInRoom('AgentDispatchService/ListDispatch', room, {}, readDispatches),
    listParticipants: (room) => sendInRoom('RoomService/ListParticipants', room, {}, readParticipants),
    async findAgent(room, agentName) {
      const participants = await client.listParticipants(room);
      return participants.find(
        (participant) => participant.kind === 'agent' && (agentNameOf(participant) ?? agentName) === agentName,
      );
    },
    async listOutboundTrunks() {
      return send('SIP/ListSIPOutboundTrunk', { sip: { admin: true } }, {}, readTrunks);
    },
    async prepareDial(dial) {
      const body = toDialRequest(dial);
      origin();
      const token = await createToken(server, { sip: { call: true } });
      const tokenExpiresAt = expiryOf(token);
      let isSent = false;
      return {
        tokenExpiresAt,
        async send() {
          if (isSent) throw new LiveKitError('refused', 'not_sent', 'This dial was sent before.');
          isSent = true;
          if (Date.now() > tokenExpiresAt.getTime()) {
            throw new LiveKitError('refused', 'not_sent', 'This dial comes too late: its token has ended.');
          }
          return sendSigned({
            method: 'SIP/CreateSIPParticipant',
            token,
            body,
            read: (json) => readAnsweredDial(json, dial.room, dial.identity),
            timeoutMs: dial.ringingTimeoutSeconds * 1_000 + DIAL_RESERVE_MS,
            errorOf: fromDialReply,
          });
        },
      };
    },
    async removeParticipant(room, identity) {
      checkIdentity(identity);
      await sendInRoom('RoomService/RemoveParticipant', room, { identity }, readNothing);
    },
    clockSkewMs() {
      return reading.kind === 'ok' ? clockSkews.of(reading.serverUrl.origin) : undefined;
    },
  };
  return client;
}

function readJson<T>(text: string, read: (json: unknown) => T | undefined): T | undefined {
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
