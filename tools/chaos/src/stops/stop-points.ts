import type { Rewriting } from '../sabotage/rewrite-sources.ts';

/** A place in the dispatcher's work on a call at which its process is stopped, on the way to its next await. */
interface Place {
  /** The last two digits of the callee, by which the simulator behaves: so that the place is come by. */
  readonly callee: string;
  readonly file: string;
  /** What is there; the stop comes after it, or before it. */
  readonly after?: RegExp;
  readonly before?: RegExp;
}

/** Answers at once, and never hangs up. */
const ANSWERS = '00';
/** Rings for long enough to be seen ringing. */
const RINGS = '15';

/** One for every await between the row and the answer. */
export const STOP_POINTS = {
  planned: {
    callee: ANSWERS,
    file: '/carry-out/open-room.ts',
    after: /export async function openRoom\([^)]*\): Promise<void> \{/,
  },
  'before createRoom': {
    callee: ANSWERS,
    file: '/carry-out/open-room.ts',
    before: /await livekit\.createRoom\(room\);/,
  },
  // The lease was found to stand, and nothing is asked any more.
  'sending createRoom': {
    callee: ANSWERS,
    file: '/carry-out/client-of.ts',
    before: /client\.createRoom\(room\)/,
  },
  'after createRoom': {
    callee: ANSWERS,
    file: '/carry-out/open-room.ts',
    after: /await livekit\.createRoom\(room\);/,
  },
  'before the permit': {
    callee: ANSWERS,
    file: '/carry-out/dial.ts',
    before: /const permit = await owned\.grantPermit\(\);/,
  },
  'asking for the permit': {
    callee: ANSWERS,
    file: '/carry-out/owned-call.ts',
    before: /const outcome = await this\.persistently\(/,
  },
  'after the permit': {
    callee: ANSWERS,
    file: '/carry-out/dial.ts',
    after: /return owned\.held\.recheck\(\);\s*\}/,
  },
  // The lease was found to stand, and nothing is asked any more: the dial goes out when the process wakes.
  'sending the dial': {
    callee: ANSWERS,
    file: '/carry-out/dial.ts',
    before: /await followOwnDial\(/,
  },
  'the dial is sent': {
    callee: RINGS,
    file: '/carry-out/follow-own-dial.ts',
    before: /await owned\.move\(\{ to: 'dialing'/,
  },
  dialling: {
    callee: RINGS,
    file: '/carry-out/follow-own-dial.ts',
    after: /await owned\.move\(\{ to: 'dialing'[^;]*;/,
  },
  ringing: {
    callee: RINGS,
    file: '/carry-out/follow-own-dial.ts',
    after: /await owned\.move\(\{ to: 'ringing'[^;]*;/,
  },
} as const satisfies Readonly<Record<string, Place>>;
export type StopPoint = keyof typeof STOP_POINTS;

/** The dispatcher's files with a call of `globalThis.stopAt(owned, point)` at each place. */
export function stopRewritings(): Rewriting[] {
  return Object.entries<Place>(STOP_POINTS).map(([point, { file, before, after }]) => {
    const owned = file.endsWith('/owned-call.ts') ? 'this' : 'owned';
    const stop = `globalThis.stopAt(${owned}, ${JSON.stringify(point)})`;
    if (after !== undefined) return { file, replacements: [[after, `$&\n${stop};`]] };
    // Within an expression.
    const isStatement = /await|const/.test(before?.source ?? '');
    return { file, replacements: [[before ?? /^/, isStatement ? `${stop};\n$&` : `(${stop}, $&)`]] };
  });
}
