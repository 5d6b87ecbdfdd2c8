import { REASONS } from '@dialplane/calls';
import { CallState } from '@dialplane/contracts';
import type { Call, CallReason } from '@dialplane/contracts';

import { WARNING } from '../text.ts';
import { isOver, reasonWord } from './call-words.ts';

/** What an operator does next about a call that is not over, or that is in doubt; undefined: nothing. */
export function nextStep({ callLogId, tenantId, state, reason }: Call): string | undefined {
  const command = (verb: string) => `dialplane call ${verb} ${callLogId} --tenant ${tenantId}`;
  if (state === CallState.UNKNOWN)
    return [
      `${WARNING} The phone may have rung, or may ring: do not place the call again before it is known.`,
      `  Follow it until it is: ${command('watch')}`,
      `  Should it be going on, end it: ${command('cancel')}`,
    ].join('\n');
  if (state === CallState.FAILED && isInDoubt(reason))
    return `${WARNING} Whether the phone has rung did not come to be known. Ask the carrier, or the callee, before you call again.`;
  return isOver(state) ? undefined : `  Follow it: ${command('watch')}`;
}

/** Whether it is open for good whether the phone has rung. A reason that this version does not know leaves nothing open. */
function isInDoubt(reason: CallReason): boolean {
  const facts: Readonly<Record<string, { readonly isInDoubt: boolean }>> = REASONS;
  return facts[reasonWord(reason) ?? '']?.isInDoubt === true;
}
