import type { Call } from '@dialplane/calls';

/** How far a call had come when CancelCall ended it. */
export function howFarCancelled({ answeredAt, endedAt, ringingAt, dialedAt, permit, attempts }: Call): string {
  if (answeredAt !== null) {
    if (endedAt === null) return 'The call was cancelled after the callee had answered.';
    return `The call was cancelled after ${talkText(endedAt.getTime() - answeredAt.getTime())} of talk.`;
  }
  if (ringingAt !== null) return 'The call was cancelled while it rang.';
  if (dialedAt !== null) return 'The call was cancelled while it was being dialled: the phone may have rung.';
  if (permit !== null) return 'The call was cancelled after the dial was permitted: the phone may have rung.';
  // There is no permit in `legacy`: the agent dials as soon as it is there.
  return attempts.some(({ dialMode }) => dialMode === 'legacy')
    ? 'The call was cancelled before the callee was seen: the agent may have dialled, and the phone may have rung.'
    : 'The call was cancelled in time: nobody was dialled.';
}

function talkText(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  return tenths < 600
    ? `${(tenths / 10).toFixed(1)} s`
    : `${Math.floor(tenths / 600)} min ${Math.floor(tenths / 10) % 60} s`;
}
