import type { CallReason } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitErrorKind } from '@dialplane/livekit';

import { dialVerdict } from '../dial-verdict.ts';

/**
 * A deployment that fails whoever asks. A refused key, room or request is the asker's doing, and what a carrier
 * says is the carrier's.
 */
const DEPLOYMENT_FAILURES: readonly LiveKitErrorKind[] = ['unreachable', 'timeout', 'server_error', 'not_livekit'];

export function isDeploymentFailure(error: unknown): boolean {
  return (
    error instanceof LiveKitError && error.details.sipCode === undefined && DEPLOYMENT_FAILURES.includes(error.kind)
  );
}

/** Whether a deployment brought a dial to its end, however that was. */
export function isDeploymentSuccess(error: unknown): boolean {
  return error instanceof LiveKitError && error.kind === 'not_answered';
}

/** What a failed dial says about its trunk. */
export function whatOfTrunk(why: LiveKitError | CallReason): 'failed' | 'works' | 'nothing' {
  const reason = why instanceof LiveKitError ? dialVerdict(why).reason : why;
  if (reason === 'carrier_trouble') return 'failed';
  return SAID_OVER_TRUNK.includes(reason) ? 'works' : 'nothing';
}

/** Said over the trunk. That nobody answered may be the carrier that hears nothing. */
const SAID_OVER_TRUNK: readonly CallReason[] = ['busy', 'declined', 'unavailable', 'invalid_number'];
