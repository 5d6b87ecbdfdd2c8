import type { AgentDispatch } from './livekit-client.ts';

/**
 * Whether a room's agent dispatches, listed 15 s or more after they were made, prove that no worker took the job
 * and none will. A restarted server no longer lists a dispatch whose agent is in the room: an empty list proves
 * nothing.
 */
export function noWorkerTookIt(dispatches: readonly AgentDispatch[]): boolean {
  return dispatches.length > 0 && dispatches.every(({ jobs }) => jobs === 0);
}
