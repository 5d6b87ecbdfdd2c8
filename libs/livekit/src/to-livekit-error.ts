import { LiveKitError, type LiveKitErrorDetails, type LiveKitErrorKind, type LiveKitOutcome } from './livekit-error.ts';
import { PostFailure, type Reply } from './post.ts';

/** The largest part of a server's own words that an error repeats, in characters. */
const SHOWN_LENGTH = 200;

export type Meaning = readonly [LiveKitErrorKind, LiveKitOutcome];

/** What each Twirp error code means for the request. A code that is not here is a server error. */
const TWIRP_CODES: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    canceled: ['timeout', 'unknown'],
    deadline_exceeded: ['timeout', 'unknown'],
    invalid_argument: ['refused', 'rejected'],
    malformed: ['refused', 'rejected'],
    out_of_range: ['refused', 'rejected'],
    already_exists: ['refused', 'rejected'],
    failed_precondition: ['refused', 'rejected'],
    resource_exhausted: ['refused', 'rejected'],
    permission_denied: ['refused', 'rejected'],
    unimplemented: ['refused', 'rejected'],
    unauthenticated: ['credential_refused', 'rejected'],
    not_found: ['not_found', 'rejected'],
    bad_route: ['not_livekit', 'rejected'],
    // LiveKit's own parts may have been told before the answer was lost: "no response from servers".
    unavailable: ['server_error', 'unknown'],
    internal: ['server_error', 'unknown'],
    unknown: ['server_error', 'unknown'],
    aborted: ['server_error', 'unknown'],
    dataloss: ['server_error', 'unknown'],
  }),
);

const SENTENCES: Readonly<Record<LiveKitErrorKind, string>> = {
  unreachable: 'cannot be connected to. Check its URL, and whether it runs',
  credential_refused: 'refused the API key or its secret. Check both, and that the clocks agree',
  not_found: 'has no such room, participant or trunk',
  not_answered: 'could not bring the dial to an answer',
  refused: 'refused the request',
  redirected: 'redirects requests, which is not followed. Set the URL that it redirects to',
  not_livekit: 'does not answer as a LiveKit server does. Check its URL',
  reply_too_large: 'sent a reply that is too large',
  server_error: 'failed to serve the request',
  timeout: 'did not answer in time',
};

/** The error that a reply is, or undefined for a 2xx with JSON. */
export function fromReply(origin: string, reply: Reply): LiveKitError | undefined {
  const { status } = reply;
  const meaning = meaningOf(reply);
  // Something may have rewritten the reply to a request that was carried out.
  if (meaning === undefined) return isJson(reply) ? undefined : notLiveKit(origin, 'unknown');
  const twirp = readTwirpError(reply);
  const detail = twirp === undefined ? `HTTP ${status}` : `${twirp.code}: ${twirp.msg}`;
  return livekitError(origin, meaning, detail, { httpStatus: status, twirpCode: twirp?.code });
}

/** Undefined: a 2xx. */
function meaningOf(reply: Reply): Meaning | undefined {
  const { status } = reply;
  if (status === 401) return ['credential_refused', 'rejected'];
  if (status >= 300 && status < 400) return ['redirected', 'rejected'];
  if (status < 300) return undefined;
  const twirp = readTwirpError(reply);
  if (twirp !== undefined) return TWIRP_CODES.get(twirp.code) ?? ['server_error', 'unknown'];
  // Not LiveKit's own words: something before it, or something else. A 5xx may be a proxy that lost LiveKit's reply.
  if (status >= 500) return ['server_error', 'unknown'];
  // 499: a proxy says that its client went away.
  if (status === 408 || status === 499) return ['timeout', 'unknown'];
  if (status === 403 || status === 429) return ['refused', 'rejected'];
  return ['not_livekit', 'rejected'];
}

/** The error for a request that got no complete reply. */
export function fromFailure(origin: string, failure: unknown): LiveKitError {
  if (!(failure instanceof PostFailure)) throw failure;
  if (!failure.sent) return livekitError(origin, ['unreachable', 'not_sent'], failure.message);
  const kinds = { transport: 'server_error', timeout: 'timeout', too_large: 'reply_too_large' } as const;
  return livekitError(origin, [kinds[failure.why], 'unknown'], failure.message);
}

export function notLiveKit(origin: string, outcome: LiveKitOutcome, detail?: string): LiveKitError {
  return livekitError(origin, ['not_livekit', outcome], detail);
}

export function livekitError(
  origin: string,
  [kind, outcome]: Meaning,
  detail?: string,
  details: LiveKitErrorDetails = {},
): LiveKitError {
  const shown = detail === undefined ? '' : ` (${toShow(detail)})`;
  return new LiveKitError(kind, outcome, `The LiveKit server at ${origin} ${SENTENCES[kind]}${shown}.`, details);
}

export interface TwirpError {
  readonly code: string;
  readonly msg: string;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** What a reply with an HTTP error says in LiveKit's own words; undefined when it has none. */
export function readTwirpError(reply: Reply): TwirpError | undefined {
  if (!isJson(reply)) return undefined;
  try {
    const { code, msg, meta } = JSON.parse(reply.body) as Record<string, unknown>;
    if (typeof code !== 'string') return undefined;
    return { code, msg: typeof msg === 'string' ? msg : '', meta: typeof meta === 'object' ? { ...meta } : {} };
  } catch {
    return undefined;
  }
}

function isJson(reply: Reply): boolean {
  return /^application\/json\b/i.test(reply.contentType);
}

/** A server's words without control characters, and without anything that looks like a token. */
function toShow(text: string): string {
  return text
    .replace(/eyJ[\w-]*(\.[\w-]*)*/g, '…')
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, SHOWN_LENGTH);
}
