import type { CallReason } from './call.ts';

/** What is known of a dial that did not come to an answer. */
export interface DialFailure {
  /** What carrier or callee said, 300 to 699; undefined when no SIP code came with the error. */
  readonly sipCode: number | undefined;
  /** LiveKit's Twirp code, such as `canceled`; undefined when there was no reply of LiveKit's. */
  readonly twirpCode: string | undefined;
  /** The HTTP status; undefined when there was no complete reply. */
  readonly httpStatus: number | undefined;
  /** Whether the request may have been carried out. */
  readonly outcome: 'not_sent' | 'rejected' | 'unknown';
}

export interface DialVerdict {
  readonly reason: CallReason;
  /** Whether the dial is definitely over; false: the phone may still ring. */
  readonly isDefinite: boolean;
}

/** A carrier that means something else by a code; by SIP code. */
export type SipCodeOverrides = Readonly<Record<number, CallReason>>;

/** Ordinary meanings, RFC 3261 and what carriers make of it. A code that is not here goes by its class. */
const SIP_CODES: SipCodeOverrides = {
  401: 'carrier_refused',
  403: 'declined',
  404: 'invalid_number',
  407: 'carrier_refused',
  408: 'no_answer',
  410: 'invalid_number',
  480: 'unavailable',
  484: 'invalid_number',
  486: 'busy',
  487: 'no_answer',
  488: 'carrier_trouble',
  600: 'busy',
  603: 'declined',
  604: 'invalid_number',
  607: 'declined',
  608: 'declined',
};

/** What LiveKit's own error means when no SIP code came with it. */
const TWIRP_CODES: Readonly<Record<string, DialVerdict>> = {
  // LiveKit gave up ringing.
  canceled: { reason: 'no_answer', isDefinite: true },
  not_found: { reason: 'trunk_not_found', isDefinite: true },
  invalid_argument: { reason: 'carrier_trouble', isDefinite: true },
  // A carrier asked for credentials that the trunk does not have.
  failed_precondition: { reason: 'carrier_refused', isDefinite: true },
  permission_denied: { reason: 'credential_refused', isDefinite: true },
  unauthenticated: { reason: 'credential_refused', isDefinite: true },
  resource_exhausted: { reason: 'deployment_error', isDefinite: true },
};

/**
 * What became of a dial that failed. With a SIP code the carrier or the callee has spoken, whatever HTTP status
 * LiveKit made of it; without one a 404 is an unknown trunk, and a lost reply leaves the phone in doubt, whatever
 * code came with it: LiveKit says `canceled` also when one of its nodes stops.
 */
export function classifyDialFailure(failure: DialFailure, overrides: SipCodeOverrides = {}): DialVerdict {
  const { sipCode, twirpCode, httpStatus, outcome } = failure;
  if (sipCode !== undefined) {
    return { reason: overrides[sipCode] ?? SIP_CODES[sipCode] ?? byClass(sipCode), isDefinite: true };
  }
  if (outcome === 'not_sent') return { reason: 'deployment_unreachable', isDefinite: true };
  const known = twirpCode === undefined ? undefined : TWIRP_CODES[twirpCode];
  if (known !== undefined && outcome !== 'unknown') return known;
  if (httpStatus === 401) return { reason: 'credential_refused', isDefinite: true };
  if (outcome === 'rejected') return { reason: 'deployment_error', isDefinite: true };
  return { reason: 'outcome_unknown', isDefinite: false };
}

function byClass(sipCode: number): CallReason {
  return sipCode >= 600 ? 'declined' : 'carrier_trouble';
}
