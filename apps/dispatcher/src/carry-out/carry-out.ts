import { isFinal } from '@dialplane/calls';
import type { AttemptState, DialMode } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';

import { awaitAgent } from './await-agent.ts';
import { awaitClaim } from './await-claim.ts';
import { dial } from './dial.ts';
import { endCall } from './end-call.ts';
import { followCall } from './follow-call.ts';
import { nextAttempt } from './next-attempt.ts';
import { openRoom } from './open-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { settleUnknown } from './settle-unknown.ts';
import { watchDial } from './watch-dial.ts';

type Phase = (parts: CarryOutParts, owned: OwnedCall) => Promise<void>;

/** What an AGENT_READY attempt needs, by who dials. */
const DIALLING: Readonly<Record<DialMode, Phase>> = { dispatcher: dial, claiming: awaitClaim, legacy: watchDial };

/** What moves an attempt on from where it stands, whichever process brought it there. */
const PHASES: Readonly<Record<AttemptState, Phase>> = {
  planned: openRoom,
  room_ready: awaitAgent,
  agent_ready: (parts, owned) => DIALLING[owned.attempt.dialMode](parts, owned),
  permitted: watchDial,
  dialing: watchDial,
  ringing: watchDial,
  answered: followCall,
  unknown: settleUnknown,
  failed: nextAttempt,
  // The call is over then, and so is this.
  ended: async (_, owned) => owned.refresh(),
};

const MANY_PHASES = 50;

/**
 * Carries a call out to its end, from wherever it stands: a call that was just accepted and one that was taken over
 * come in by the same door. Rejects with a DroppedCall when this process has to let go of it.
 */
export async function carryOut(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  for (let phases = 0; !isFinal(owned.call.state); phases++) {
    const { number, state } = owned.attempt;
    try {
      await PHASES[state](parts, owned);
    } catch (error) {
      // What was read for a phase can be read again.
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await owned.pause(parts.timing.dialLookMs);
    }
    const isMoved = owned.attempt.number !== number || owned.attempt.state !== state;
    // No call takes so many steps: whatever goes round in circles shall not do so at full speed.
    if (!isMoved || phases > MANY_PHASES) await owned.pause(parts.timing.agentLookMs);
  }
  await endCall(parts, owned);
}
