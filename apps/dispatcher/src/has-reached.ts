import type { AttemptState, Call } from '@dialplane/calls';

/** How far a call may be waited for. */
export type Milestone = 'accepted' | 'room_ready' | 'agent_ready' | 'answered';

/** The states in which an attempt is as far, or farther. */
const REACHED: Readonly<Record<Exclude<Milestone, 'accepted'>, readonly AttemptState[]>> = {
  room_ready: ['room_ready', 'agent_ready', 'permitted', 'dialing', 'ringing', 'answered', 'ended'],
  agent_ready: ['agent_ready', 'permitted', 'dialing', 'ringing', 'answered', 'ended'],
  answered: ['answered', 'ended'],
};

/** Whether the call has come that far, or will come no farther as far as anybody can tell. */
export function hasReached({ state, attempts }: Call, milestone: Milestone): boolean {
  if (milestone === 'accepted' || (state !== 'accepted' && state !== 'in_progress')) return true;
  const attempt = attempts.at(-1);
  return attempt !== undefined && REACHED[milestone].includes(attempt.state);
}
