import type { CallingHours } from '@dialplane/tenancy';

import type { Purpose } from '../routing-view.ts';

/**
 * What a country's regulation asks of calls to it, as data. A rule that the regulation has for one purpose stands
 * under that purpose alone.
 */
export interface CountryPack {
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly name: string;
  /** IANA name of the zone that the whole country keeps. */
  readonly timezone: string;
  /** Hours for calls of a purpose, which the hours of a number or a tenant can only narrow; local time. */
  readonly callingHours: Readonly<Partial<Record<Purpose, CallingHours>>>;
  /** The caller ids that calls of a purpose must show. */
  readonly callerIds: Readonly<Partial<Record<Purpose, CallerIdRule>>>;
  /** Whether a call whose purpose is not said is refused. */
  readonly purposeRequired: boolean;
  /** The day on which the sources were looked up. */
  readonly asOf: string;
  readonly sources: readonly PackSource[];
}

export interface CallerIdRule {
  /** `+` and digits each. */
  readonly prefixes: readonly string[];
  /** Such as `a number of the series 140`. */
  readonly description: string;
}

export interface PackSource {
  /** What is asked of calls. */
  readonly rule: string;
  /** Whether the pack holds calls to it. */
  readonly enforced: boolean;
  /** ISO date from which it holds, as far as known. */
  readonly since: string | undefined;
  readonly source: string;
  /** As in NumberSeries. */
  readonly evidence: 'text' | 'reported' | 'unverified';
}
