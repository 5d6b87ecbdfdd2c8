import type { AttemptMove } from './call-repository.ts';
import type { AttemptState, CallState } from './call.ts';

/**
 * Where an attempt may go from each state. Evidence may come late or be missed, so steps forward may be skipped;
 * none is ever taken back. FAILED and ENDED are final; doubt about UNKNOWN is settled by later evidence, or by time.
 */
export const ATTEMPT_TRANSITIONS: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  planned: ['room_ready', 'agent_ready', 'dialing', 'ringing', 'answered', 'failed', 'unknown'],
  room_ready: ['agent_ready', 'dialing', 'ringing', 'answered', 'failed', 'unknown'],
  agent_ready: ['permitted', 'dialing', 'ringing', 'answered', 'failed', 'unknown'],
  permitted: ['dialing', 'ringing', 'answered', 'failed', 'unknown'],
  dialing: ['ringing', 'answered', 'ended', 'failed', 'unknown'],
  ringing: ['answered', 'ended', 'failed', 'unknown'],
  answered: ['ended'],
  unknown: ['ringing', 'answered', 'ended', 'failed'],
  ended: [],
  failed: [],
};

/** States that are evidence that the callee was dialled, and when at the latest. */
export const DIALLED_STATES: readonly AttemptState[] = ['dialing', 'ringing', 'answered'];

/** Steps that only the holder of the permit's attempt may take, unless the dial mode is `legacy`. */
export const DIAL_STATES: readonly AttemptState[] = [...DIALLED_STATES, 'ended'];

/** Where a call may go from each state. */
export const CALL_TRANSITIONS: Readonly<Record<CallState, readonly CallState[]>> = {
  accepted: ['in_progress', 'failed', 'cancelled', 'unknown'],
  in_progress: ['ended', 'failed', 'cancelled', 'unknown'],
  unknown: ['in_progress', 'ended', 'failed', 'cancelled'],
  ended: [],
  failed: [],
  cancelled: [],
};

/** The states from which an attempt may move to this one. */
export function statesBefore(to: AttemptState): AttemptState[] {
  return (Object.keys(ATTEMPT_TRANSITIONS) as AttemptState[]).filter((from) => ATTEMPT_TRANSITIONS[from].includes(to));
}

/** The states in which an attempt may be granted the permit: a claim is evidence that its agent is there. */
export const STATES_BEFORE_PERMIT: readonly AttemptState[] = [
  ...statesBefore('agent_ready'),
  ...statesBefore('permitted'),
];

/** The states of an attempt that is over. */
export const FINAL_ATTEMPT_STATES: readonly AttemptState[] = ['ended', 'failed'];

/** The states of a call that is over. */
export const FINAL_CALL_STATES: readonly CallState[] = ['ended', 'failed', 'cancelled'];

const FINAL_STATES: readonly string[] = [...FINAL_ATTEMPT_STATES, ...FINAL_CALL_STATES];

/** Whether a call or an attempt is over. */
export const isFinal = (state: AttemptState | CallState): boolean => FINAL_STATES.includes(state);

/**
 * Where the call stands when its current attempt has moved to this state. `isLast`: no other target is tried;
 * `isCancelled`: CancelCall asked for the call's end.
 */
export function callStateAfter(attempt: AttemptState, isLast: boolean, isCancelled: boolean): CallState {
  switch (attempt) {
    case 'ended':
    case 'unknown':
      return attempt;
    case 'failed':
      if (isCancelled) return 'cancelled';
      return isLast ? 'failed' : 'in_progress';
    default:
      return 'in_progress';
  }
}

/**
 * Whether this may be known of an attempt after its permit was granted. A permit may be granted while its owner, who
 * has not heard of it, gives the attempt up: somebody dials then, and the attempt goes on.
 */
export function mayFollowPermit(move: AttemptMove): boolean {
  return move.to !== 'failed' || (move.isLast && move.unlessPermitted !== true);
}
