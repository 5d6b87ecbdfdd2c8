import {
  AgentDispatch as AgentDispatchMessage,
  ParticipantInfo,
  Room,
  SIPOutboundTrunkInfo,
  SIPParticipantInfo,
} from 'livekit-server-sdk';

import type { AgentDispatch, AnsweredDial, CreatedRoom, OutboundTrunk, Participant } from './livekit-client.ts';

// Each reads the JSON of one reply into plain data, and returns undefined or throws when it is not what LiveKit sends.

const DISPATCH_ID = /^AD_[\w-]{1,64}$/;
/** Newer servers send more. */
const LENIENT = { ignoreUnknownFields: true };

export function readCreatedRoom(json: unknown, name: string): CreatedRoom | undefined {
  const room = toRoom(json);
  return room.name === name && room.sid !== '' ? room : undefined;
}

export function readRooms(json: unknown): CreatedRoom[] | undefined {
  return listIn(json, 'rooms')?.map(toRoom);
}

/** LiveKit answers a deletion with an empty object. */
export function readNothing(json: unknown): true | undefined {
  return isObject(json) ? true : undefined;
}

export function readDispatches(json: unknown): AgentDispatch[] | undefined {
  return listIn(json, 'agent_dispatches', 'agentDispatches')?.map((item) => {
    const { id, agentName, metadata, state } = AgentDispatchMessage.fromJson(item as never, LENIENT);
    if (!DISPATCH_ID.test(id)) throw new Error('That is no id of an agent dispatch.');
    return { id, agentName, metadata, jobs: state?.jobs.length ?? 0 };
  });
}

const KINDS: ReadonlyMap<unknown, Participant['kind']> = new Map([
  ['STANDARD', 'standard'],
  ['AGENT', 'agent'],
  ['SIP', 'sip'],
]);

/** As text, since the SDK does not export the enum. */
export function readKind(participant: unknown): Participant['kind'] {
  return (isObject(participant) ? KINDS.get(participant.kind ?? 'STANDARD') : undefined) ?? 'other';
}

export function readParticipants(json: unknown): Participant[] | undefined {
  return listIn(json, 'participants')?.map((item) => {
    const { identity, attributes } = ParticipantInfo.fromJson(item as never, LENIENT);
    return { identity, kind: readKind(item), attributes: { ...attributes } };
  });
}

/** Of the dial into this room under this identity, and no other. */
export function readAnsweredDial(json: unknown, room: string, identity: string): AnsweredDial | undefined {
  const { roomName, participantIdentity, sipCallId } = SIPParticipantInfo.fromJson(json as never, LENIENT);
  return roomName === room && participantIdentity === identity ? { sipCallId } : undefined;
}

export function readTrunks(json: unknown): OutboundTrunk[] | undefined {
  return listIn(json, 'items')?.map((item) => {
    // LiveKit sends the trunk's password too; it goes no further than this line.
    const { sipTrunkId, name, address, numbers } = SIPOutboundTrunkInfo.fromJson(item as never, LENIENT);
    return { id: sipTrunkId, name, address, numbers: [...numbers] };
  });
}

function toRoom(json: unknown): CreatedRoom {
  const { name, sid } = Room.fromJson(json as never, LENIENT);
  return { name, sid };
}

/** The list under one of the names; an empty object is an empty list, since JSON may leave empty fields out. */
function listIn(json: unknown, ...names: string[]): unknown[] | undefined {
  if (!isObject(json)) return undefined;
  const list = names.map((name) => json[name]).find((value) => value !== undefined);
  if (Array.isArray(list)) return list as unknown[];
  return Object.keys(json).length === 0 ? [] : undefined;
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
