import type { DialMode } from '@dialplane/calls';

import type { Timing } from './timing.ts';

/** For how long something that was sent may still ring, in milliseconds. */
export function doubtMs(timing: Timing, dialMode: DialMode, ringingTimeoutSeconds: number): number {
  // A legacy agent may still be on its way into the room, and dials then.
  const agentMs = dialMode === 'legacy' ? timing.agentReadyMs : 0;
  return timing.tokenDeadMs + agentMs + ringingTimeoutSeconds * 1000;
}
