import type { CallReason } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';

import type { CallClient } from './call-client.ts';

/** What keeps count of how deployments and trunks serve. */
export interface Health {
  succeeded(origin: string, sipTrunkId?: string): void;
  failed(origin: string, error: LiveKitError): void;
  trunkFailed(origin: string, sipTrunkId: string, reason: CallReason): void;
}

/**
 * Counts how each request to a deployment goes. A list of dispatches fails for a room that is gone: it tells nothing.
 * What a failed dial says of its trunk is told by whoever knows what the carrier means by its codes.
 */
export function reportHealth(client: CallClient, url: string, health: Health): CallClient {
  const counted = async <T>(request: Promise<T>, sipTrunkId?: string): Promise<T> => {
    try {
      const reply = await request;
      health.succeeded(url, sipTrunkId);
      return reply;
    } catch (error) {
      if (error instanceof LiveKitError) health.failed(url, error);
      throw error;
    }
  };
  return {
    ...client,
    createRoom: (room) => counted(client.createRoom(room)),
    listRooms: (names) => counted(client.listRooms(names)),
    deleteRoom: (room) => counted(client.deleteRoom(room)),
    listParticipants: (room) => counted(client.listParticipants(room)),
    async prepareDial(dial) {
      const { tokenExpiresAt, send } = await client.prepareDial(dial);
      return { tokenExpiresAt, send: () => counted(send(), dial.sipTrunkId) };
    },
  };
}
