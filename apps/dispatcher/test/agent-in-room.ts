import { randomUUID } from 'node:crypto';

import { agentIdentity } from '@dialplane/calls';
import { dispose, Room } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';

export interface AgentInRoom {
  readonly identity: string;
  readonly jobId: string;
  leave(): Promise<void>;
}

const joinedRooms = new Set<Room>();

/** Ends what would keep this process alive. */
export async function everybodyLeaves(): Promise<void> {
  await Promise.all([...joinedRooms].map((room) => room.disconnect()));
  await dispose();
}

/** Joins the room as an agent of this name does, without a worker and a process of its own. */
export async function joinAsAgent(
  server: { readonly wsUrl: string; readonly apiKey: string; readonly apiSecret: string },
  room: string,
  agentName: string,
): Promise<AgentInRoom> {
  const jobId = `AJ_${randomUUID().slice(0, 12)}`;
  const identity = agentIdentity(jobId);
  const token = new AccessToken(server.apiKey, server.apiSecret, {
    identity,
    ttl: '1h',
    attributes: { 'lk.agent_name': agentName },
  });
  token.kind = 'agent';
  token.addGrant({ roomJoin: true, room, agent: true, canPublish: true, canSubscribe: false });
  const joined = new Room();
  joinedRooms.add(joined);
  await joined.connect(server.wsUrl, await token.toJwt(), { autoSubscribe: false, dynacast: false });
  return { identity, jobId, leave: () => joined.disconnect() };
}
