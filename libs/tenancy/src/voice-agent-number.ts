import type { NumberParts } from './phone-number.ts';

/** A number that a tenant may call from. */
export interface VoiceAgentNumber extends NumberParts {
  readonly id: string;
  readonly tenantId: string;
  /** The national part, digits only, without country code and trunk zero. */
  readonly baseNumber: string;
  /** The country calling code, with or without `+`. */
  readonly countryCode: string;
  /** The carrier's name as the tenant writes it. */
  readonly provider: string | null;
  /** The JSON as stored; `readRules` reads it. */
  readonly rules: unknown;
  readonly isActive: boolean;
}
