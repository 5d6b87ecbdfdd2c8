import { CallState } from '@dialplane/contracts';
import type { Call } from '@dialplane/contracts';

import { bold, CROSS, visible, WARNING } from '../text.ts';

/** What happened to a call that did not go as it should, and what to do, in plain words; undefined: it did, so far. */
export function explanationText({ state, explanation }: Call): string | undefined {
  if (explanation === undefined) return undefined;
  const { message, hint } = explanation;
  return `${state === CallState.FAILED ? CROSS : WARNING} ${bold(visible(message))}\n  ${visible(hint)}`;
}
