import { CancelOutcome } from '@dialplane/contracts';
import type { Call } from '@dialplane/contracts';

import { DASH, TICK, WARNING } from '../text.ts';
import { msBetween, spanText } from './span.ts';

interface CancelWords {
  readonly mark: string;
  readonly says: string;
}

/** Whether a call was cancelled in time, in words. */
export function cancelWords(outcome: CancelOutcome, call: Call | undefined): CancelWords {
  switch (outcome) {
    case CancelOutcome.IN_TIME:
      return { mark: TICK, says: 'Cancelled in time: nobody was dialled, and nobody will be' };
    case CancelOutcome.MAY_HAVE_RUNG:
      return { mark: WARNING, says: mayHaveRung(call) };
    case CancelOutcome.ENDING: {
      const talk = spanText(msBetween(call?.answeredAt, call?.endedAt ?? call?.cancelledAt));
      const after = talk === null ? '' : ` after ${talk} of talk`;
      return { mark: TICK, says: `You ended the call${after}: the callee had answered already` };
    }
    case CancelOutcome.WAS_OVER:
      return { mark: DASH, says: 'The call was over already, nothing changed' };
    default:
      return { mark: WARNING, says: 'The dispatcher answered what this version does not know' };
  }
}

function mayHaveRung(call: Call | undefined): string {
  if (call?.ringingAt !== undefined) return 'Cancelled while it rang: the phone may ring for some seconds more';
  const doubt = 'the phone may have rung, or ring for some seconds more';
  // Agents of `legacy` dial without a permit.
  const isLegacy = call?.attempts.some(({ dialMode }) => dialMode === 'legacy') === true;
  return isLegacy
    ? `Cancelled, but the agent may have dialled already: ${doubt}`
    : `Cancelled after the dial was permitted: ${doubt}`;
}
