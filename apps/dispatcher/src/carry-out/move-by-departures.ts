import { calleeIdentity } from '@dialplane/calls';

import { discardRoom } from './discard-room.ts';
import { failForGood } from './fail-for-good.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { calleeEvidence } from './what-departures-say.ts';
import type { DialEvidence } from './what-departures-say.ts';

/** Moves a dial of which webhooks say how it ended. True: it was moved. */
export async function moveByDepartures(parts: CarryOutParts, owned: OwnedCall): Promise<boolean> {
  const { attempt } = owned;
  const said = await departureOfCallee(parts, owned);
  if (said === undefined) return false;
  const { evidence } = said;
  if (said.to === 'failed') {
    const reason = owned.isCancelled ? 'cancelled' : said.reason;
    return failForGood(parts, owned, { reason, evidence });
  }
  await owned.move({ to: 'answered', evidence });
  const isOver = await owned.move(said);
  if (isOver) discardRoom(parts, owned, attempt);
  return isOver;
}

/** What webhooks say of how the callee left the current attempt's room. */
export async function departureOfCallee(parts: CarryOutParts, owned: OwnedCall): Promise<DialEvidence | undefined> {
  const { call, attempt } = owned;
  const departures = await parts.departures(call, attempt);
  return calleeEvidence(
    departures,
    ({ kind, identity }) => kind === 'sip' && (attempt.dialMode === 'legacy' || identity === calleeIdentity(call.id)),
  );
}
