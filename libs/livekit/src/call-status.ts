import type { Participant } from './livekit-client.ts';

const ATTRIBUTE = 'sip.callStatus';
const STATUSES = ['dialing', 'ringing', 'active', 'hangup'] as const;

/** How LiveKit says that a callee's phone is doing; undefined where it says nothing of these. */
export function callStatus({ attributes }: Pick<Participant, 'attributes'>): (typeof STATUSES)[number] | undefined {
  return STATUSES.find((status) => status === attributes[ATTRIBUTE]);
}
