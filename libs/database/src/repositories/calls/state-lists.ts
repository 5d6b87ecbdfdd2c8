import { DIALLED_STATES, FINAL_ATTEMPT_STATES, FINAL_CALL_STATES, STATES_BEFORE_PERMIT } from '@dialplane/calls';

/** Lists of states for SQL, after IN. */
const list = (states: readonly string[]): string => `(${states.map((state) => `'${state}'`).join(', ')})`;

/** Of a call that is over. */
export const CALL_OVER = list(FINAL_CALL_STATES);

/** Of a call that failed or was cancelled: its SIP code, when there is one, says how. */
export const CALL_FAILED = list(FINAL_CALL_STATES.filter((state) => state !== 'ended'));

/** Of an attempt that is over. */
export const ATTEMPT_OVER = list(FINAL_ATTEMPT_STATES);

/** Of an attempt whose callee was dialled. */
export const ATTEMPT_DIALLED = list(DIALLED_STATES);

/** Of an attempt that may be granted the permit. */
export const BEFORE_PERMIT = list(STATES_BEFORE_PERMIT);
