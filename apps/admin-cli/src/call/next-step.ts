import { CallState } from '@dialplane/contracts';
import type { Call } from '@dialplane/contracts';

import { WARNING } from '../text.ts';
import { isOver } from './call-words.ts';

/** What an operator does next about a call that is not over, or that is in doubt; undefined: nothing. */
export function nextStep({ callLogId, tenantId, state, reason }: Call): string | undefined {
  const command = (verb: string) => `dialplane call ${verb} ${callLogId} --tenant ${tenantId}`;
  if (state === CallState.UNKNOWN)
    return [
      `${WARNING} The phone may have rung, or may ring: do not place the call again before it is known.`,
      `  Follow it until it is: ${command('watch')}`,
      `  Should it be going on, end it: ${command('cancel')}`,
    ].join('\n');
  if (state === CallState.FAILED && DOUBTFUL.includes(reason))
    return `${WARNING} Whether the phone has rung did not come to be known. Ask the carrier, or the callee, before you call again.`;
  return isOver(state) ? undefined : `  Follow it: ${command('watch')}`;
}

/** Reasons that leave open for good whether the phone has rung. */
const DOUBTFUL: readonly string[] = ['CALL_REASON_OUTCOME_UNKNOWN', 'CALL_REASON_AGENT_DID_NOT_REPORT'];
