import { LiveKitError } from '@dialplane/livekit';

/** Whether a deployment refused because there is no such room, or nobody such in it. */
export function isGone(error: unknown): boolean {
  return error instanceof LiveKitError && error.kind === 'not_found';
}
