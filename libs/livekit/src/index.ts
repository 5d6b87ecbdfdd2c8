/**
 * LiveKit's API as Dialplane uses it: rooms, agent dispatches, dials, participants, trunks; one HTTP path; errors
 * translated. And its webhooks.
 */
export { agentNameOf } from './agent-name-of.ts';
export { apiKeyOf } from './api-key-of.ts';
export { callStatus } from './call-status.ts';
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
export type { LeavingParticipant, LiveKitEvent } from './livekit-event.ts';
export { readWebhook, WEBHOOK_MAX_BYTES } from './read-webhook.ts';
export type { WebhookKey, WebhookReading, WebhookRefusal } from './read-webhook.ts';
