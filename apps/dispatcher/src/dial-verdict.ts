import { classifyDialFailure } from '@dialplane/calls';
import type { DialVerdict } from '@dialplane/calls';
import type { LiveKitError } from '@dialplane/livekit';

/** What became of a dial that ended with this error. */
export function dialVerdict({ details, outcome }: LiveKitError): DialVerdict {
  const { sipCode, twirpCode, httpStatus } = details;
  return classifyDialFailure({ sipCode, twirpCode, httpStatus, outcome });
}
