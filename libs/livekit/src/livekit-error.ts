/**
 * - `unreachable`: no connection: name, port, TLS.
 * - `credential_refused`: the API key or its secret, or the two lack a permission.
 * - `not_found`: no such room, participant or trunk.
 * - `not_answered`: a dial came to its end without an answer, by what the carrier or the callee said, or by its
 *   ringing timeout. The deployment served it well.
 * - `refused`: the request itself, before or after it was sent.
 * - `redirected`: the server wants the request elsewhere. It is not taken there.
 * - `not_livekit`: something else answers at that address.
 * - `reply_too_large`: it was cut off at 4 MiB.
 * - `server_error`: LiveKit, or what stands before it, failed.
 * - `timeout`: no complete reply in time.
 */
export type LiveKitErrorKind =
  | 'unreachable'
  | 'credential_refused'
  | 'not_found'
  | 'not_answered'
  | 'refused'
  | 'redirected'
  | 'not_livekit'
  | 'reply_too_large'
  | 'server_error'
  | 'timeout';

/**
 * What may have become of the request. `not_sent`: no byte of it left. `rejected`: the server definitely did
 * not carry it out; of a dial: it is definitely over. `unknown`: it may have been carried out, a phone may ring.
 */
export type LiveKitOutcome = 'not_sent' | 'rejected' | 'unknown';

/** What else is known of a failed request. */
export interface LiveKitErrorDetails {
  /** What the carrier or the callee said, 300 to 699; only of a dial. */
  readonly sipCode?: number | undefined;
  /** LiveKit's own code, such as `not_found`. */
  readonly twirpCode?: string | undefined;
  readonly httpStatus?: number | undefined;
}

/** Why a request to LiveKit failed. Its message is for operators; it never holds a secret, a token or a 401's body. */
export class LiveKitError extends Error {
  readonly kind: LiveKitErrorKind;
  readonly outcome: LiveKitOutcome;
  readonly details: LiveKitErrorDetails;

  constructor(kind: LiveKitErrorKind, outcome: LiveKitOutcome, message: string, details: LiveKitErrorDetails = {}) {
    super(message);
    this.name = 'LiveKitError';
    this.kind = kind;
    this.outcome = outcome;
    this.details = details;
  }
}
