import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitErrorKind } from '@dialplane/livekit';

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
