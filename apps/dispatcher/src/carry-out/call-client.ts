import type { LiveKitClient } from '@dialplane/livekit';

/** What carrying a call out asks of a deployment. */
export type CallClient = Pick<
  LiveKitClient,
  | 'createRoom'
  | 'listRooms'
  | 'deleteRoom'
  | 'listAgentDispatches'
  | 'listParticipants'
  | 'removeParticipant'
  | 'prepareDial'
  | 'clockSkewMs'
>;
