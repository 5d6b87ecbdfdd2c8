/** What a token outlives its use by, in seconds. */
const DIAL_RESERVE_SECONDS = 60;
const REPORT_RESERVE_SECONDS = 300;

/** How long a token to dial lives: until its agent must be there and have asked for the dial, and a minute. */
export function dialTokenSeconds(config: { readonly agentReadyMs: number; readonly claimWithinMs: number }): number {
  return Math.ceil((config.agentReadyMs + config.claimWithinMs) / 1000) + DIAL_RESERVE_SECONDS;
}

/** How long a token to report lives: until the call must be over, and some minutes. */
export function reportTokenSeconds(call: {
  readonly ringingTimeoutSeconds: number;
  readonly maxDurationSeconds: number;
}): number {
  return call.ringingTimeoutSeconds + call.maxDurationSeconds + REPORT_RESERVE_SECONDS;
}
