import type { AttemptState, CallState } from './call.ts';

/** Where an attempt may go from each state. Nothing leaves FAILED; doubt about UNKNOWN is settled later. */
const NEXT: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  planned: ['room_ready', 'failed', 'unknown'],
  room_ready: ['agent_ready', 'failed', 'unknown'],
  agent_ready: [],
  failed: [],
  unknown: [],
};

/** The states from which an attempt may move to this one. */
export function statesBefore(to: AttemptState): AttemptState[] {
  return (Object.keys(NEXT) as AttemptState[]).filter((from) => NEXT[from].includes(to));
}

/** Where the call stands when its current attempt, with no other target left to try, has moved to this state. */
export function callStateAfter(attempt: AttemptState): CallState {
  return attempt === 'failed' || attempt === 'unknown' ? attempt : 'in_progress';
}
