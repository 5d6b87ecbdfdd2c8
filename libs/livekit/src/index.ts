/** LiveKit's API as Dialplane uses it: rooms, agent dispatches, participants, trunks; one HTTP path; errors translated. */
export type {
  AgentDispatch,
  AnsweredDial,
  CreatedRoom,
  LiveKitClient,
  LiveKitServer,
  NewDial,
  NewRoom,
  OutboundTrunk,
  Participant,
  PreparedDial,
} from './livekit-client.ts';
export { createLiveKitClient } from './create-livekit-client.ts';
export { noWorkerTookIt } from './no-worker-took-it.ts';
export { LiveKitError } from './livekit-error.ts';
export type { LiveKitErrorDetails, LiveKitErrorKind, LiveKitOutcome } from './livekit-error.ts';
