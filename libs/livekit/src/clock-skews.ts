/** Beyond this between request and reply the header says too little about now, in milliseconds. */
const WIDEST_MS = 5_000;
const HEADER_STEP_MS = 1_000;

/** What was measured longer ago says too little about now: clocks are set. */
const KNOWN_FOR_MS = 60_000;

/** By origin, in milliseconds; `measuredAt` by `performance.now()`. */
const skews = new Map<string, { readonly skewMs: number; readonly measuredAt: number }>();

/**
 * How far servers' clocks are ahead of this process's, by the `Date` headers of their replies; one measure for all
 * clients of one origin. A reply that took more than 5 s measures nothing: this process may have stood still.
 */
export const clockSkews = {
  /** `date`: the header as it came. The times are this process's, in milliseconds, before the request and after. */
  note(origin: string, date: string, sentAt: number, receivedAt: number): void {
    const written = Date.parse(date);
    const took = receivedAt - sentAt;
    if (Number.isNaN(written) || took < 0 || took > WIDEST_MS) return;
    const skewMs = Math.round(written + HEADER_STEP_MS / 2 - (sentAt + receivedAt) / 2);
    skews.set(origin, { skewMs, measuredAt: performance.now() });
  },
  /** In milliseconds, exact to some 500; undefined where no reply of the last minute measured it. */
  of(origin: string): number | undefined {
    const known = skews.get(origin);
    return known !== undefined && performance.now() - known.measuredAt < KNOWN_FOR_MS ? known.skewMs : undefined;
  },
};
