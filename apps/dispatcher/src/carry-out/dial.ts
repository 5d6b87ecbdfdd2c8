import { calleeIdentity } from '@dialplane/calls';
import type { Call } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';
import type { NewDial, PreparedDial } from '@dialplane/livekit';

import { createAbsence } from './absence.ts';
import type { CallClient } from './call-client.ts';
import { clientOf } from './client-of.ts';
import { failAttempt } from './fail-attempt.ts';
import { failForGood } from './fail-for-good.ts';
import { followOwnDial } from './follow-own-dial.ts';
import { isSkewed } from './is-skewed.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * The agent is in the room, or asked for the dial: the dispatcher dials. The dial's token is signed before the permit
 * is granted, so that whoever takes the call over knows when nothing can be served by it any more; the dial is sent
 * once, while the lease stands for certain, and never again by anybody.
 */
export async function dial(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { call, attempt } = owned;
  if (owned.isCancelled) return failAttempt(parts, owned, 'cancelled', 'CancelCall');
  const livekit = clientOf(parts, owned, attempt);
  const isAgentKnown = attempt.dialRequestedBy !== null || owned.agentIdentity !== null;
  const isClockKnown = livekit.clockSkewMs() !== undefined;
  if (!(isAgentKnown && isClockKnown) && !(await isReady(parts, owned, livekit))) return;
  if (isSkewed(livekit)) return failAttempt(parts, owned, 'clock_skew', 'the Date header');
  const prepared = await livekit.prepareDial(newDial(call, owned)).catch((error: unknown) => {
    if (!(error instanceof LiveKitError)) throw error;
    owned.logger.warn({ err: error }, 'the dial of a call cannot be sent');
    return undefined;
  });
  if (prepared === undefined) return failAttempt(parts, owned, 'deployment_error', 'the dial itself');
  await owned.pace.critically(() => permitAndSend(parts, owned, prepared));
}

/**
 * Another process saw the agent, some time ago, or no reply has told yet how far the deployment's clock is off: looks
 * until both are known. False: the attempt has failed, or stands elsewhere by now.
 */
async function isReady(parts: CarryOutParts, owned: OwnedCall, livekit: CallClient): Promise<boolean> {
  const { attempt } = owned;
  const until = performance.now() + parts.timing.agentReadyMs;
  const absence = createAbsence(parts.timing.goneAfterMs);
  let isAnswering = false;
  for (;;) {
    const view = await lookIntoRoom(parts, owned);
    isAnswering ||= view !== undefined;
    // One that asks for the dial may still be on its way into the room.
    const isAwaited = owned.attempt.dialRequestedBy === null;
    const isClockKnown = livekit.clockSkewMs() !== undefined;
    if (isClockKnown && (view?.agent !== undefined || !isAwaited)) return true;
    if (view !== undefined) absence.note(isAwaited && view.agent === undefined);
    if (absence.isLong()) {
      await failAttempt(parts, owned, 'agent_lost', 'agent gone from the room');
      return false;
    }
    if (performance.now() >= until) {
      if (isAnswering && !isClockKnown) await failAttempt(parts, owned, 'clock_skew', 'no Date header in time');
      else await failAttempt(parts, owned, isSkewed(livekit) ? 'clock_skew' : 'deployment_error', 'listParticipants');
      return false;
    }
    await owned.pause(isClockKnown ? parts.timing.agentLookMs : parts.timing.dialLookMs);
    if (owned.attempt.number !== attempt.number || owned.attempt.state !== attempt.state || owned.isCancelled)
      return false;
  }
}

async function permitAndSend(parts: CarryOutParts, owned: OwnedCall, prepared: PreparedDial): Promise<void> {
  const permit = await owned.grantPermit();
  if (permit.kind === 'refused') {
    if (permit.why === 'cancelled') return failAttempt(parts, owned, 'cancelled', 'CancelCall');
    if (permit.why === 'do_not_call') return failAttempt(parts, owned, 'do_not_call', 'the do-not-call list');
    // Revoked, held or over: the view was renewed, and says what is to do.
    return owned.held.recheck();
  }
  await owned.held.confirm();
  if (Date.now() >= prepared.tokenExpiresAt.getTime()) {
    await failForGood(parts, owned, { reason: 'dispatcher_lost', evidence: 'the dial was not sent in time' });
    return;
  }
  // From confirm() to here nothing is waited for.
  await followOwnDial(parts, owned, prepared.send());
}

function newDial(call: Call, { attempt }: OwnedCall): NewDial {
  const { target, room } = attempt;
  return {
    room,
    identity: calleeIdentity(call.id),
    sipTrunkId: target.sipTrunkId,
    number: target.dialString,
    callerId: target.callerIdString,
    sipHeaders: target.sipHeaders,
    attributes: { 'dialplane.call_log_id': call.id, 'dialplane.attempt': String(attempt.number) },
    ringingTimeoutSeconds: call.ringingTimeoutSeconds,
    maxDurationSeconds: call.maxDurationSeconds,
  };
}
