import { classifyNumber } from '../numbers/classify-number.ts';
import { findEmergencyCode } from '../numbers/find-emergency-code.ts';
import type { RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';

const PLUS = 43;

/**
 * What speaks against sending a dial string to a carrier, once its dial format is applied: that it begins like an
 * emergency number. For each candidate, with the caller id that it shows, E.164. Undefined: nothing, or the rules
 * allow the kind `emergency_like`.
 *
 * Which country's emergency numbers count depends on where the carrier takes the call, which no table says. It is
 * most likely the caller id's country; a carrier in the callee's country is the one that is sent national numbers.
 * So the codes of both count, and where a country is not known 112, 911 and 999.
 */
export function dialledEmergency(
  { rules, defaults, callee }: RoutingCall,
  callerId: string,
  dialString: string,
): Refusal | undefined {
  if (dialString.charCodeAt(0) === PLUS) return undefined;
  const code =
    findEmergencyCode(dialString, callee?.country) ?? findEmergencyCode(dialString, classifyNumber(callerId)?.country);
  if (code === undefined) return undefined;
  const allowKinds = rules.destinations.allowKinds ?? defaults.destinations.allowKinds;
  if (allowKinds?.includes('emergency_like') === true) return undefined;
  return {
    reason: 'emergency_number',
    message: `After the carrier's dial format the number begins with ${code}, an emergency number.`,
    hint: 'Change the dial_format of the carrier so that a +, a trunk zero or an access code comes first: dialplane number rules set',
  };
}
