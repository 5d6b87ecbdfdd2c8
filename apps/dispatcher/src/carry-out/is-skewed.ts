import type { LiveKitClient } from '@dialplane/livekit';

import { MAX_SKEW_MS } from './timing.ts';

/** Whether the deployment's clock is too far from ours for a token's end to fence anything. */
export function isSkewed(livekit: Pick<LiveKitClient, 'clockSkewMs'>): boolean {
  return Math.abs(livekit.clockSkewMs() ?? 0) > MAX_SKEW_MS;
}
