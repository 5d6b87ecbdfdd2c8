/** Beyond this a dial's access token could be taken for longer than the time after which its call counts as over. */
export const CLOCK_SKEW_LIMIT_MS = 30_000;

/**
 * Whether a deployment's clock is too far from ours for a dial to be fenced. `skewMs`: `clockSkewMs` of a client of
 * it; undefined, not measured, is not known to be off.
 */
export function isClockOff(skewMs: number | undefined): boolean {
  return skewMs !== undefined && Math.abs(skewMs) > CLOCK_SKEW_LIMIT_MS;
}
