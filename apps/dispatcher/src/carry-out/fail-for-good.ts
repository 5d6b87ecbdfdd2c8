import type { AttemptMove } from '@dialplane/calls';

import { discardRoom } from './discard-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Ends the attempt and the call with it: nobody else is tried. False: the attempt stands elsewhere. */
export async function failForGood(
  parts: CarryOutParts,
  owned: OwnedCall,
  failure: Omit<Extract<AttemptMove, { to: 'failed' }>, 'to' | 'isLast'>,
): Promise<boolean> {
  const { attempt } = owned;
  const isFailed = await owned.move({ to: 'failed', isLast: true, ...failure });
  if (isFailed) discardRoom(parts, owned, attempt);
  return isFailed;
}
