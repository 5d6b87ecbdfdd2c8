import type { Call, CallEvent } from '@dialplane/calls';

/** Steps forward, in their order. */
const STEPS: readonly CallEvent['kind'][] = [
  'planned',
  'room_ready',
  'agent_ready',
  'permitted',
  'dialing',
  'ringing',
  'answered',
];

/**
 * Whether the event may say something that the view of the call does not know. Most events are this process's own,
 * and heard of after the view has moved on.
 */
export function isNews(call: Call, event: CallEvent): boolean {
  const attempt = call.attempts.at(-1);
  if (attempt === undefined || event.number <= call.lastEvent) return false;
  if (event.kind === 'cancel_requested') return call.cancelledAt === null;
  if (event.attempt === 0) return event.kind === 'cancelled' && call.state !== 'cancelled';
  if (event.attempt !== attempt.number) return event.attempt > attempt.number;
  if (event.kind === attempt.state) return false;
  const step = STEPS.indexOf(event.kind);
  const reached = STEPS.indexOf(attempt.state);
  return step === -1 || reached === -1 || step > reached;
}
