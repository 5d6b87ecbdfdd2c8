import type { Participant } from '@dialplane/livekit';

import { asked } from './asked.ts';
import { clientOf } from './client-of.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** Who is in a room, whatever they have to do with the call. */
export interface SeenInRoom {
  readonly phones: readonly Participant[];
  readonly agents: readonly Participant[];
}

/** Looks into the current attempt's room, and changes nothing. Undefined when the deployment does not answer. */
export async function lookIntoRoom(parts: CarryOutParts, owned: OwnedCall): Promise<SeenInRoom | undefined> {
  const { attempt } = owned;
  const participants = await asked(clientOf(parts, owned, attempt).listParticipants(attempt.room));
  return (
    participants && {
      phones: participants.filter(({ kind }) => kind === 'sip'),
      agents: participants.filter(({ kind }) => kind === 'agent'),
    }
  );
}
