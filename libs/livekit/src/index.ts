/** LiveKit's API as Dialplane uses it: rooms, agent dispatches, participants, trunks; one HTTP path; errors translated. */
export type {
  AgentDispatch,
  CreatedRoom,
  LiveKitClient,
  LiveKitServer,
  NewRoom,
  OutboundTrunk,
  Participant,
} from './livekit-client.ts';
export { createLiveKitClient } from './create-livekit-client.ts';
export { noWorkerTookIt } from './no-worker-took-it.ts';
export { LiveKitError } from './livekit-error.ts';
export type { LiveKitErrorKind, LiveKitOutcome } from './livekit-error.ts';
