import type { CallingWindow } from '@dialplane/tenancy';

import type { ZoneOffset } from './zone-offset.ts';

const MINUTE = 60_000;
const MINUTES_OF_DAY = 24 * 60;
const DAY = MINUTES_OF_DAY * MINUTE;

/** 1 January 1970 was a Thursday. */
const FIRST_DAY = 4;

/** What calling windows say of a moment. */
export interface OpenHours {
  /** Whether the moment is in one of them. */
  readonly open: boolean;
  /** Milliseconds since 1970: the first later moment at which that may change; midnight always may. */
  readonly until: number;
  /** The local day of the week, 0 being Sunday. */
  readonly day: number;
  /** Local minutes after midnight. */
  readonly minute: number;
}

/** `now`: milliseconds since 1970; `zone`: the offset that holds then. */
export function openHours(windows: readonly CallingWindow[], now: number, zone: ZoneOffset): OpenHours {
  const local = now + zone.offset;
  const days = Math.floor(local / DAY);
  const day = (((days + FIRST_DAY) % 7) + 7) % 7;
  const minute = Math.floor((local - days * DAY) / MINUTE);
  let opens = MINUTES_OF_DAY;
  let closes = 0;
  for (const window of windows) {
    if (window.to <= minute || !window.days.includes(day)) continue;
    if (window.from <= minute) closes = Math.max(closes, window.to);
    else opens = Math.min(opens, window.from);
  }
  const open = closes > 0;
  const edge = days * DAY + (open ? closes : opens) * MINUTE - zone.offset;
  return { open, until: Math.min(edge, zone.until), day, minute };
}
