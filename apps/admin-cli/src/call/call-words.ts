import { CallReason, CallState, HungUpBy } from '@dialplane/contracts';
import type { Explanation } from '@dialplane/contracts';

import { word } from '../word.ts';

/** A state as people read it: `in progress`. */
export const stateText = (state: string, prefix: 'CALL_STATE' | 'ATTEMPT_STATE'): string =>
  word(state, prefix).replaceAll('_', ' ');

/** Null: none. */
export const reasonWord = (reason: CallReason): string | null =>
  reason === CallReason.UNSPECIFIED ? null : word(reason, 'CALL_REASON');

/** Who has to act for the next call to go better; null: nobody, or the dispatcher does not say. */
export const whoseDoing = (explanation: Explanation | undefined): string | null =>
  explanation === undefined ? null : word(explanation.fault, 'FAULT').replaceAll('_', ' ');

/** Null: nobody yet, or it is not known. */
export const hungUpByWord = (who: HungUpBy): string | null =>
  who === HungUpBy.UNSPECIFIED ? null : word(who, 'HUNG_UP_BY');

const WHO: Readonly<Record<string, string>> = {
  callee: 'the callee',
  agent: 'the agent',
  caller: 'the caller, by CancelCall',
  dialplane: 'Dialplane',
  deployment: 'nobody: the deployment lost it',
};

/** Who hung up, as people read it. */
export function hungUpByText(who: HungUpBy): string | null {
  const known = hungUpByWord(who);
  return known === null ? null : (WHO[known] ?? known);
}

/** Whether nothing more will happen to a call. */
export const isOver = (state: CallState): boolean =>
  state === CallState.ENDED || state === CallState.FAILED || state === CallState.CANCELLED;
