/** Calls and attempts: their states as pure tables, what agents are told, repository interfaces. */
export {
  ATTEMPT_TRANSITIONS,
  CALL_TRANSITIONS,
  callStateAfter,
  DIAL_STATES,
  DIALLED_STATES,
  FINAL_ATTEMPT_STATES,
  FINAL_CALL_STATES,
  isFinal,
  mayFollowPermit,
  STATES_BEFORE_PERMIT,
  statesBefore,
} from './attempt-transitions.ts';
export type * from './call.ts';
export type * from './call-repository.ts';
export type * from './standing.ts';
export type * from './webhook-store.ts';
export { jobMetadata } from './job-metadata.ts';
export type { AgentCallsAccess, JobMetadata } from './job-metadata.ts';
export { fillTemplate, templateProblem } from './job-metadata-template.ts';
export { classifyDialFailure } from './dial-outcomes.ts';
export type { DialFailure, DialVerdict, SipCodeOverrides } from './dial-outcomes.ts';
export { ENRICH_WITHIN_MS, movedCall } from './moved-call.ts';
export { DISPATCHER_HOLDER } from './dispatcher-holder.ts';
export { permittedCall } from './permitted-call.ts';
export type { PermitHolder } from './permitted-call.ts';
export { REASONS } from './reasons.ts';
export type { NextTry, ReasonFacts, ReasonFault } from './reasons.ts';
export { requestHash } from './request-hash.ts';
export type { HashedRequest } from './request-hash.ts';
export { agentIdentity } from './agent-identity.ts';
export { calleeIdentity } from './callee-identity.ts';
export { callIdOfRoom, roomName } from './room-name.ts';
