import type { EventRow } from './evidence.ts';

/** With these a process becomes the one that carries the call out. */
const BECOMES_OWNER = new Set(['accepted', 'taken_over']);
/** Anybody may write these: callers, and agents by whichever process they reach. */
const ANYBODYS = new Set(['cancel_requested', 'dial_requested', 'enriched', 'unpermitted_participant']);
/** In the dial mode `claiming` the permit's holder says these, by whichever process it reaches. */
const OF_THE_HOLDER = new Set(['agent_ready', 'permitted', 'dialing', 'ringing', 'answered', 'ended', 'failed']);

/**
 * Steps of a call that were written by a process which did not carry it out at that moment: another one had taken the
 * call over before. Events are numbered under the call's lock, so their order is the order of the writes.
 */
export function findStaleWrites(events: readonly EventRow[]): string[] {
  return [...Map.groupBy(events, ({ callId }) => callId).values()].flatMap((ofOne) => {
    let owner: string | undefined;
    return ofOne
      .toSorted((a, b) => a.number - b.number)
      .flatMap((event) => {
        const { callId, number, kind, dialMode, writer } = event;
        if (BECOMES_OWNER.has(kind)) owner = writer;
        if (owner === undefined || writer === owner || ANYBODYS.has(kind)) return [];
        if (dialMode !== 'dispatcher' && OF_THE_HOLDER.has(kind)) return [];
        return [`${callId}: event ${number}, ${kind}, was written by ${writer} while ${owner} carried the call out`];
      });
  });
}
