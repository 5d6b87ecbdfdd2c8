import type { NumberClass } from './number-class.ts';
import { NUMBER_PLAN } from './number-plan.ts';

const { classes, next, classAt } = NUMBER_PLAN;
const PLUS = 43,
  ZERO = 48;

/** Characters of `^\+[1-9]\d{6,14}$`. */
const MIN_LENGTH = 8,
  MAX_LENGTH = 16;

/**
 * Says which country a number belongs to and what kind of number it is, from the numbering plans in
 * `src/gen/number-plan.ts`. Undefined for anything but E.164 in ASCII, `^\+[1-9]\d{6,14}$`, whatever it holds: no
 * spaces, other digits, signs or extensions are forgiven, because what is dialled is the text as it stands.
 *
 * Reads the digits as they are. Unlike libphonenumber it never drops or rewrites one (a trunk zero after the
 * calling code, Argentina's 9): such a number is `unknown`. So is one of a series that the plan does not list, or
 * too short or too long for its country, whatever it begins with: `+4490987900001` is no premium number here,
 * though a switch may read it as one. A destination policy refuses `unknown` unless told otherwise. It is no
 * verdict on a caller id.
 *
 * Costs 0.1 µs or so, allocates nothing, and always answers the same frozen object for the same class.
 */
export function classifyNumber(e164: string): NumberClass | undefined {
  if (typeof e164 !== 'string') return undefined;
  const { length } = e164;
  if (length < MIN_LENGTH || length > MAX_LENGTH || e164.charCodeAt(0) !== PLUS || e164.charCodeAt(1) === ZERO)
    return undefined;
  let node = 0;
  for (let at = 1; at < length; at++) {
    const digit = e164.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    node = next[node * 10 + digit] as number;
  }
  return classes[classAt[node] as number];
}
