/** Calls and attempts: their states as pure tables, what agents are told, repository interfaces. */
export { callStateAfter, statesBefore } from './attempt-transitions.ts';
export type * from './call.ts';
export type * from './call-repository.ts';
export { fillTemplate, jobMetadata, templateProblem } from './job-metadata.ts';
export type { JobMetadata } from './job-metadata.ts';
export { requestHash } from './request-hash.ts';
export type { HashedRequest } from './request-hash.ts';
export { roomName } from './room-name.ts';
