import type { SipCodeOverrides } from '@dialplane/calls';

/** The evidence of a failure, which names the trunk's row where that decided what the SIP code means. */
export function bySipCode(evidence: string, sipCode: number | undefined, sipCodes: SipCodeOverrides): string {
  const isOwn = sipCode !== undefined && sipCodes[sipCode] !== undefined;
  return isOwn ? `${evidence}, by the trunk's SIP codes` : evidence;
}
