import type { NumberKind } from './number-kind.ts';

/** What a number is. Equal answers are the same frozen object, so that nothing is allocated per call. */
export interface NumberClass {
  /** Without the plus sign; empty when the number begins with no assigned calling code. */
  readonly countryCallingCode: string;
  /**
   * ISO 3166 alpha-2. Undefined for calling codes of no country (+800, +881, …) and where the number does not say
   * which of the countries that share the code it belongs to. Numbers that several countries of +1 share (toll
   * free, premium, personal) are the United States', as in libphonenumber.
   */
  readonly country: string | undefined;
  readonly kind: NumberKind;
}
