import { CallAttempt } from './call-attempt.ts';
import { CallEvent } from './call-event.ts';
import { Deployment } from './deployment.ts';
import { DoNotCall } from './do-not-call.ts';
import { IdempotencyKey } from './idempotency-key.ts';
import { LiveKitWebhook } from './livekit-webhook.ts';
import { Tenant } from './tenant.ts';
import { Trunk } from './trunk.ts';
import { User } from './user.ts';
import { VoiceAgent } from './voice-agent.ts';
import { VoiceAgentLiveKit } from './voice-agent-livekit.ts';
import { VoiceAgentNumber } from './voice-agent-number.ts';
import { VoiceCallLog } from './voice-call-log.ts';

/** Every table that is read or written through the ORM; their schema is configuration. */
export const ENTITIES = [
  CallAttempt,
  CallEvent,
  Deployment,
  DoNotCall,
  IdempotencyKey,
  LiveKitWebhook,
  Tenant,
  Trunk,
  User,
  VoiceAgent,
  VoiceAgentLiveKit,
  VoiceAgentNumber,
  VoiceCallLog,
];
