import { REASONS } from '@dialplane/calls';
import type { Call, CallReason } from '@dialplane/calls';

/** Attempts beyond one per target: for those that a lost process began and that are begun again. */
const SPARE_ATTEMPTS = 2;

/** Which target is tried after the call's last attempt has failed for this reason before the permit; undefined: none. */
export function nextTarget({ attempts, targets }: Pick<Call, 'attempts' | 'targets'>, reason: CallReason) {
  const last = attempts.at(-1);
  if (last === undefined || last.number >= targets.length + SPARE_ATTEMPTS) return undefined;
  const { next } = REASONS[reason];
  if (next === 'nothing') return undefined;
  const index = next === 'same_target' ? last.targetIndex : last.targetIndex + 1;
  return index < targets.length ? index : undefined;
}
