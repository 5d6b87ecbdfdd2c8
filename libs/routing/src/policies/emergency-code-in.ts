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
  if (code === undefined) return undefined;
  const allowKinds = rules.destinations.allowKinds ?? defaults.destinations.allowKinds;
  return allowKinds?.includes('emergency_like') === true ? undefined : code;
}
