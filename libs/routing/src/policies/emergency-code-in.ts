import { classifyNumber } from '../numbers/classify-number.ts';
import { findEmergencyCode } from '../numbers/find-emergency-code.ts';
import type { RoutingCall } from '../policy.ts';

const PLUS = 43;

/**
 * The emergency number with which a dial string begins, once a carrier's dial format is applied; undefined when it
 * begins with none, or the kind `emergency_like` is allowed by name. For each candidate, with the caller id that it
 * shows, E.164.
 *
 * Whose emergency numbers count depends on where the carrier takes the call, which no table says. That is most
 * likely the caller id's country; but a carrier that is sent national numbers is in the callee's. So those of both
 * count, and of a country that is not known 112, 911 and 999. A string that begins with `+` is read by no switch as
 * an emergency number, and so is not looked at.
 */
export function emergencyCodeIn(
  { rules, defaults, callee }: RoutingCall,
  callerId: string,
  dialString: string,
): string | undefined {
  if (dialString.charCodeAt(0) === PLUS) return undefined;
  const code =
    findEmergencyCode(dialString, callee?.country) ?? findEmergencyCode(dialString, classifyNumber(callerId)?.country);
  return code === undefined || isEmergencyAllowed({ rules, defaults }) ? undefined : code;
}

/** Longer ones are in use for no emergency service. */
const LONGEST_CODE = 4;

/**
 * Whether a dial string is so short that some network reads it as an emergency number, whichever country it is in:
 * 112, 911 and 999 work nearly everywhere, beside a country's own codes, and nobody has a telephone number of four
 * digits. False where the kind `emergency_like` is allowed by name. With a `+` in front, too.
 */
export function isShortLikeEmergency(call: Pick<RoutingCall, 'rules' | 'defaults'>, dialString: string): boolean {
  const digits = dialString.charCodeAt(0) === PLUS ? dialString.length - 1 : dialString.length;
  return digits <= LONGEST_CODE && !isEmergencyAllowed(call);
}

function isEmergencyAllowed({ rules, defaults }: Pick<RoutingCall, 'rules' | 'defaults'>): boolean {
  const allowKinds = rules.destinations.allowKinds ?? defaults.destinations.allowKinds;
  return allowKinds?.includes('emergency_like') === true;
}
