const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** How far the clocks of a zone are from UTC at a moment. */
export interface ZoneOffset {
  /** Milliseconds to add to a moment to read it as a local one. */
  readonly offset: number;
  /** Milliseconds since 1970: the first later moment at which it may be another. */
  readonly until: number;
}

/** A zone, with the offset it had when last asked: what is remembered follows from zone and quarter hour alone. */
interface Zone {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  remembered: ZoneOffset;
}

/** There are some 600 names; more come only from spellings in other case. */
const MAX_ZONES = 1000;
const zones = new Map<string, Zone | undefined>();

/**
 * The offset of an IANA zone at `now`, milliseconds since 1970; undefined when there is no such zone. Remembers one
 * quarter hour for each zone, and so costs some 30 ns when asked about the present again and again.
 */
export function zoneOffset(timezone: string, now: number): ZoneOffset | undefined {
  let zone = zones.get(timezone);
  if (zone === undefined) {
    if (zones.has(timezone)) return undefined;
    zone = openZone(timezone);
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(timezone, zone);
    if (zone === undefined) return undefined;
  }
  const quarter = Math.floor(now / QUARTER);
  if (quarter === zone.quarter) return zone.remembered;
  const { format } = zone;
  const start = quarter * QUARTER;
  const found = measure(format, start);
  // Zones change their clocks at quarter hours. Should one not, as some until 2011, nothing is remembered of that quarter.
  if (found.until < start + QUARTER) return measure(format, now);
  zone.quarter = quarter;
  zone.remembered = found;
  return found;
}

function openZone(timezone: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
    return { format, quarter: Number.NaN, remembered: { offset: 0, until: 0 } };
  } catch {
    return undefined;
  }
}

/** Looks a day ahead: no zone changes twice in one. */
function measure(format: Intl.DateTimeFormat, from: number): ZoneOffset {
  const offset = readOffset(format, from);
  let same = from;
  let until = from + DAY;
  if (readOffset(format, until) === offset) return { offset, until };
  while (until - same > 1000) {
    const middle = same + Math.floor((until - same) / 2000) * 1000;
    if (readOffset(format, middle) === offset) same = middle;
    else until = middle;
  }
  return { offset, until };
}

function readOffset(format: Intl.DateTimeFormat, at: number): number {
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(at)) ?? [];
  if (hours === undefined) return 0;
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -size : size;
}
