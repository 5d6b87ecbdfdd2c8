import { classifyDialFailure } from '@dialplane/calls';
import type { DialVerdict, SipCodeOverrides } from '@dialplane/calls';
import type { LiveKitError } from '@dialplane/livekit';

/** What became of a dial that ended with this error, over a trunk whose carrier means this by its codes. */
export function dialVerdict({ details, outcome }: LiveKitError, sipCodes: SipCodeOverrides): DialVerdict {
  const { sipCode, twirpCode, httpStatus } = details;
  return classifyDialFailure({ sipCode, twirpCode, httpStatus, outcome }, sipCodes);
}
