import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Whether the dial of the attempt must be over by now, whoever made it, and whatever the room looks like. */
export function isOverdue({ timing }: CarryOutParts, owned: OwnedCall): boolean {
  const { call, attempt } = owned;
  // A legacy agent dials when it likes.
  if (attempt.dialMode === 'legacy') return owned.moments.elapsedMs('attempt') > call.maxDurationSeconds * 1000;
  return owned.moments.elapsedMs('permit') > call.ringingTimeoutSeconds * 1000 + timing.reportWithinMs;
}
