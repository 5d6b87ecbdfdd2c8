import { NUMBER_PLAN } from './number-plan.ts';

/** What answers as an emergency code in many countries; taken where a country's own are not known. */
const COMMON_CODES: readonly string[] = ['112', '911', '999'];

/**
 * The emergency code with which a dialled string begins, such as `112` in `1123456789`; undefined when none does.
 * For the string that is sent to a carrier, once its dial format is applied: `+911123456789` is a telephone in
 * Delhi, but without `+91` and without a trunk zero a switch in India reads 112 before it has seen the rest.
 *
 * `country` is where the carrier takes the call, ISO 3166 alpha-2; without it, or where its codes are not known,
 * 112, 911 and 999 are looked for. A string with a `+` in front begins with no code.
 */
export function findEmergencyCode(dialled: string, country: string | undefined): string | undefined {
  const codes = (country === undefined ? undefined : NUMBER_PLAN.emergencyCodes.get(country)) ?? COMMON_CODES;
  return codes.find((code) => dialled.startsWith(code));
}
