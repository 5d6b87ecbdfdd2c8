import { FINAL_ATTEMPT_STATES, FINAL_CALL_STATES } from '@dialplane/calls';

const list = (states: readonly string[]): string => `(${states.map((state) => `'${state}'`).join(', ')})`;

/** For SQL, after IN: the states of a call that is over. */
export const CALL_OVER = list(FINAL_CALL_STATES);

/** The same of an attempt. */
export const ATTEMPT_OVER = list(FINAL_ATTEMPT_STATES);
