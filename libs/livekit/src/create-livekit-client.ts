import { readServerUrl } from '@dialplane/tenancy';

import { checkAgentName, checkMetadata, checkRoomName, checkSeconds } from './check-request.ts';
import { createToken, type Grants } from './create-token.ts';
import type { LiveKitClient, LiveKitServer } from './livekit-client.ts';
import { LiveKitError } from './livekit-error.ts';
import { post } from './post.ts';
import { readCreatedRoom, readDispatches, readNothing, readParticipants, readRooms, readTrunks } from './read-reply.ts';
import { fromFailure, fromReply, notLiveKit } from './to-livekit-error.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** The attribute in which LiveKit itself writes the agent's name on its participant; older servers do not. */
const AGENT_NAME_ATTRIBUTE = 'lk.agent_name';
/** No room of this name is ever made. */
const PROBED_ROOM = 'dialplane-probe';

export function createLiveKitClient(server: LiveKitServer): LiveKitClient {
  const reading = readServerUrl(server.url);
  const timeoutMs = server.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  /** Sends one request; `read` gives undefined for a reply that is not LiveKit's. */
  async function send<T>(
    method: string,
    grants: Grants,
    body: object,
    read: (json: unknown) => T | undefined,
  ): Promise<T> {
    if (reading.kind === 'problem') {
      throw new LiveKitError('unreachable', 'not_sent', `The LiveKit server's URL cannot be used: ${reading.problem}.`);
    }
    const { origin } = reading.serverUrl;
    const token = await createToken(server, grants);
    const reply = await post({
      origin,
      path: `/twirp/livekit.${method}`,
      token,
      body: JSON.stringify(body),
      timeoutMs,
    }).catch((failure: unknown) => Promise.reject(fromFailure(origin, failure)));
    const error = fromReply(origin, reply);
    if (error !== undefined) throw error;
    const result = readJson(reply.body, read);
    if (result === undefined) throw notLiveKit(origin, 'unknown');
    return result;
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
    async listAgentDispatches(room) {
      checkRoomName(room);
      return send('AgentDispatchService/ListDispatch', { video: { roomAdmin: true, room } }, { room }, readDispatches);
    },
    async listParticipants(room) {
      checkRoomName(room);
      return send('RoomService/ListParticipants', { video: { roomAdmin: true, room } }, { room }, readParticipants);
    },
    async findAgent(room, agentName) {
      const participants = await client.listParticipants(room);
      return participants.find(
        ({ kind, attributes }) => kind === 'agent' && (attributes[AGENT_NAME_ATTRIBUTE] ?? agentName) === agentName,
      );
    },
    async listOutboundTrunks() {
      return send('SIP/ListSIPOutboundTrunk', { sip: { admin: true } }, {}, readTrunks);
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
