/** How one INVITE ends. */
export type CallEnd =
  /** The callee answers, and hangs up after `talkMs`; without it, never. `vanishes`: the bridge is gone after it. */
  | { readonly kind: 'answered'; readonly talkMs: number | undefined; readonly vanishes: boolean }
  | { readonly kind: 'refused'; readonly sipCode: number }
  /** 407, and the trunk has no credentials. */
  | { readonly kind: 'credentials_wanted' }
  /** Nobody answers until LiveKit gives up. */
  | { readonly kind: 'unanswered' }
  /** The carrier's host name does not resolve: no INVITE is sent. */
  | { readonly kind: 'unresolvable' };

/** What carrier and callee make of one dial. Times in milliseconds. */
export interface CarrierBehaviour {
  /** From the request until LiveKit joins the room for the callee; a room deleted meanwhile is made again. */
  readonly entersAfterMs: number;
  /** From the INVITE until the phone rings; undefined: it never does. */
  readonly ringsAfterMs: number | undefined;
  /** From the INVITE until `end`, where LiveKit does not give up before. */
  readonly endsAfterMs: number;
  readonly end: CallEnd;
  /** False: LiveKit's reply to the request never comes, whatever happens. */
  readonly replies: boolean;
  /** False: no packet ever comes back, and LiveKit gives up after 32 s. */
  readonly isHeard: boolean;
}

interface Row {
  /** The last two digits of the dialled number; `n` is any digit. */
  readonly digits: string;
  readonly says: string;
  readonly behave: (n: number) => CarrierBehaviour;
}

/** What the tables of docs and tests say; the first row that fits counts. */
export const CARRIER_BEHAVIOURS: readonly Row[] = [
  { digits: '00', says: 'rings after 0.1 s, answers after 0.2 s, never hangs up', behave: () => answers(200) },
  { digits: '0n', says: 'the same, and hangs up after n s', behave: (n) => answers(200, n * 1_000) },
  { digits: '1n', says: 'answers after n s of ringing, never hangs up', behave: (n) => answers(n * 1_000) },
  {
    digits: '2n',
    says: 'answers after n s of ringing, hangs up after 1 s',
    behave: (n) => answers(n * 1_000, 1_000),
  },
  { digits: '30', says: 'busy: 486, before it rings', behave: () => refuses(486) },
  { digits: '31', says: 'busy: 486, after 0.5 s of ringing', behave: () => refuses(486, 500) },
  { digits: '32', says: 'busy everywhere: 600', behave: () => refuses(600) },
  { digits: '33', says: 'declines: 603, after 0.5 s of ringing', behave: () => refuses(603, 500) },
  { digits: '34', says: '403', behave: () => refuses(403) },
  { digits: '35', says: '480', behave: () => refuses(480) },
  { digits: '36', says: '404', behave: () => refuses(404) },
  { digits: '37', says: '410', behave: () => refuses(410) },
  { digits: '38', says: '604', behave: () => refuses(604) },
  { digits: '39', says: '484', behave: () => refuses(484) },
  { digits: '40', says: '488', behave: () => refuses(488) },
  { digits: '41', says: '500', behave: () => refuses(500) },
  { digits: '42', says: '502', behave: () => refuses(502) },
  { digits: '43', says: '503', behave: () => refuses(503) },
  { digits: '44', says: '504', behave: () => refuses(504) },
  { digits: '45', says: '408', behave: () => refuses(408) },
  { digits: '46', says: '487, from the carrier', behave: () => refuses(487) },
  {
    digits: '47',
    says: '407, and the trunk has no credentials',
    behave: () => ({ ...refuses(407), end: { kind: 'credentials_wanted' } }),
  },
  { digits: '50', says: 'rings, and nobody answers', behave: () => unanswered(100) },
  {
    digits: '51',
    says: 'no packet ever comes back: LiveKit gives up after 32 s, or at the ringing timeout',
    behave: () => ({ ...unanswered(undefined), isHeard: false }),
  },
  {
    digits: '52',
    says: 'black hole: rings, nobody answers, and the reply to the request never comes',
    behave: () => ({ ...unanswered(100), replies: false }),
  },
  {
    digits: '53',
    says: 'black hole: answered as 00, and the reply to the request never comes',
    behave: () => ({ ...answers(200), replies: false }),
  },
  {
    digits: '54',
    says: 'answers, and the bridge vanishes after 1 s: 20 s of silence, then CONNECTION_TIMEOUT',
    behave: () => ({ ...answers(200), end: { kind: 'answered', talkMs: 1_000, vanishes: true } }),
  },
  {
    digits: '55',
    says: 'joins the room 1 s late: a room deleted meanwhile is made again, and the phone rings; then as 00',
    behave: () => ({ ...answers(200), entersAfterMs: 1_000 }),
  },
  {
    digits: '56',
    says: 'the carrier’s host name does not resolve: no INVITE',
    behave: () => ({ ...refuses(404), end: { kind: 'unresolvable' } }),
  },
  {
    digits: '6n',
    says: 'for volume: rings n × 0.1 s, answers, hangs up after n × 0.1 s',
    behave: (n) => answers(n * 100, n * 100),
  },
];

/** What the carrier makes of a number, by its last two digits; 404 for a number that no row fits. */
export function carrierBehaviour(number: string): CarrierBehaviour {
  const digits = /\d\d$/.exec(number)?.[0] ?? '';
  const row = CARRIER_BEHAVIOURS.find((row) => row.digits === digits || row.digits === `${digits[0]}n`);
  return row?.behave(Number(digits[1])) ?? refuses(404);
}

const SOON_MS = 100;
const ALWAYS = { entersAfterMs: 0, replies: true, isHeard: true };

function answers(afterMs: number, talkMs?: number): CarrierBehaviour {
  const ringsAfterMs = Math.min(SOON_MS, afterMs / 2);
  return { ...ALWAYS, ringsAfterMs, endsAfterMs: afterMs, end: { kind: 'answered', talkMs, vanishes: false } };
}

/** Refused after so long a ringing; 0: before it rings. */
function refuses(sipCode: number, ringingMs = 0): CarrierBehaviour {
  const ringsAfterMs = ringingMs === 0 ? undefined : SOON_MS;
  return { ...ALWAYS, ringsAfterMs, endsAfterMs: SOON_MS + ringingMs, end: { kind: 'refused', sipCode } };
}

function unanswered(ringsAfterMs: number | undefined): CarrierBehaviour {
  return { ...ALWAYS, ringsAfterMs, endsAfterMs: Infinity, end: { kind: 'unanswered' } };
}
