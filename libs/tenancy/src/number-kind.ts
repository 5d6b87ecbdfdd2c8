/**
 * What a number is for, by its numbering plan.
 * - `fixed_or_mobile`: the plan does not tell them apart, as in the United States.
 * - `satellite`: also the international networks of +882 and +883, which are billed like it.
 * - `uan`: a company's number that belongs to no place (universal access number).
 * - `emergency_like`: no number of the plan, and the digits after the calling code begin like one of the
 *   country's emergency codes: a switch that reads them from the left may take the call for an emergency.
 * - `unknown`: no number of the plan as far as it is known, or too short or too long for it.
 */
export const NUMBER_KINDS = [
  'mobile',
  'fixed',
  'fixed_or_mobile',
  'toll_free',
  'premium',
  'shared_cost',
  'personal',
  'satellite',
  'voip',
  'pager',
  'uan',
  'voicemail',
  'emergency_like',
  'unknown',
] as const;

export type NumberKind = (typeof NUMBER_KINDS)[number];
