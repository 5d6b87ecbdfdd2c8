import type { Call } from '@dialplane/contracts';

import { isOver } from './call-words.ts';

/** What an operator does next about a call that goes on; undefined: nothing, or what its explanation says. */
export function nextStep({ callLogId, tenantId, state, explanation }: Call): string | undefined {
  if (isOver(state) || explanation !== undefined) return undefined;
  return `  Follow it: dialplane call watch ${callLogId} --tenant ${tenantId}`;
}
