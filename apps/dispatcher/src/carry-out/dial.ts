import { calleeIdentity, classifyDialFailure } from '@dialplane/calls';
import type { AttemptMove, Call } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';
import type { NewDial, PreparedDial } from '@dialplane/livekit';

import { clientOf } from './client-of.ts';
import { deleteRoom, discardRoom } from './discard-room.ts';
import { createAbsence } from './absence.ts';
import { failAttempt } from './fail-attempt.ts';
import { isSkewed } from './is-skewed.ts';
import { callStatus, lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

type DialEnd = { readonly kind: 'answered' } | { readonly kind: 'failed'; readonly error: LiveKitError };

/**
 * The agent is in the room, or asked for the dial: the dispatcher dials. The dial's token is signed before the permit
 * is granted, so that whoever takes the call over knows when nothing can be served by it any more; the dial is sent
 * once, while the lease stands for certain, and never again by anybody.
 */
export async function dial(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { call, attempt } = owned;
  if (owned.isCancelled) return failAttempt(parts, owned, 'cancelled', 'CancelCall');
  if (attempt.dialRequestedBy === null && owned.agentIdentity === null && !(await isAgentThere(parts, owned))) return;
  const livekit = clientOf(parts, owned, attempt);
  if (isSkewed(livekit)) return failAttempt(parts, owned, 'clock_skew', 'the Date header');
  const prepared = await livekit.prepareDial(newDial(call, owned)).catch((error: unknown) => {
    if (!(error instanceof LiveKitError)) throw error;
    owned.logger.warn({ err: error }, 'the dial of a call cannot be sent');
    return undefined;
  });
  if (prepared === undefined) return failAttempt(parts, owned, 'deployment_error', 'the dial itself');
  await owned.critically(() => permitAndSend(parts, owned, prepared));
}

/** Another process saw the agent, some time ago. False: it is not there any more, and the attempt has failed. */
async function isAgentThere(parts: CarryOutParts, owned: OwnedCall): Promise<boolean> {
  const { attempt } = owned;
  const until = performance.now() + parts.timing.agentReadyMs;
  const absence = createAbsence(parts.timing.goneAfterMs);
  for (;;) {
    const view = await lookIntoRoom(parts, owned);
    if (view?.agent !== undefined) return true;
    if (view !== undefined && absence.isLong(true)) {
      await failAttempt(parts, owned, 'agent_lost', 'agent gone from the room');
      return false;
    }
    if (performance.now() >= until) {
      await failAttempt(parts, owned, 'deployment_error', 'listParticipants');
      return false;
    }
    await owned.pause(parts.timing.agentLookMs);
    if (owned.attempt.number !== attempt.number || owned.attempt.state !== 'agent_ready' || owned.isCancelled)
      return false;
  }
}

async function permitAndSend(parts: CarryOutParts, owned: OwnedCall, prepared: PreparedDial): Promise<void> {
  const permit = await owned.grantPermit();
  if (permit.kind === 'refused') {
    if (permit.why === 'cancelled') return failAttempt(parts, owned, 'cancelled', 'CancelCall');
    if (permit.why === 'do_not_call') return refuseForGood(parts, owned);
    // Revoked, held or over: the view was renewed, and says what is to do.
    return owned.held.recheck();
  }
  if (owned.isCancelled) {
    await fail(parts, owned, { reason: 'cancelled', evidence: 'CancelCall' });
    return;
  }
  await owned.held.confirm();
  if (Date.now() >= prepared.tokenExpiresAt.getTime()) {
    await fail(parts, owned, { reason: 'dispatcher_lost', evidence: 'the dial was not sent in time' });
    return;
  }
  // From confirm() to here nothing is waited for.
  await followDial(parts, owned, prepared.send());
}

async function followDial(parts: CarryOutParts, owned: OwnedCall, dialing: Promise<unknown>): Promise<void> {
  const { dialLookMs, deleteEveryMs } = parts.timing;
  let end: DialEnd | undefined;
  const settled = dialing
    .then(
      () => (end = { kind: 'answered' }),
      (error: unknown) => {
        const known = error instanceof LiveKitError;
        if (!known) owned.logger.error({ err: error }, 'a dial failed in a way that nobody foresaw');
        end = { kind: 'failed', error: known ? error : new LiveKitError('server_error', 'unknown', 'Unforeseen.') };
      },
    )
    .then(() => owned.wake());
  const current = (): DialEnd | undefined => end;
  const absence = createAbsence(parts.timing.goneAfterMs);
  let isAgentLost = false;
  // Written once it is on its way: a database that is slow would use the token's time up.
  await owned.move({ to: 'dialing', evidence: 'createSipParticipant' });

  while (current() === undefined) {
    if (owned.isCancelled || isAgentLost) {
      // Until the dial has returned: it may be served after any of these, and make the room anew.
      await Promise.race([settled, deleteRoom(parts, owned)]);
      if (current() === undefined) await owned.pause(deleteEveryMs);
      continue;
    }
    await owned.pause(dialLookMs);
    if (current() !== undefined || owned.isCancelled) continue;
    const view = await Promise.race([settled, lookIntoRoom(parts, owned)]);
    if (current() !== undefined) continue;
    if (view === undefined) {
      absence.forget();
      continue;
    }
    const status = view.callee === undefined ? undefined : callStatus(view.callee);
    if (status === 'active') return void (await owned.move({ to: 'answered', evidence: 'sip.callStatus' }));
    if (status === 'ringing' && owned.attempt.state === 'dialing') {
      await owned.move({ to: 'ringing', evidence: 'sip.callStatus' });
    }
    isAgentLost =
      owned.call.onAgentLost === 'end' && owned.watchedAgent !== null && absence.isLong(view.agent === undefined);
  }
  const ended = current();
  if (ended?.kind === 'answered') {
    // Answered all the same: hung up at once. What follows says so.
    const isHungUp = (owned.isCancelled || isAgentLost) && (await deleteRoom(parts, owned));
    const isAnswered = await owned.move({ to: 'answered', evidence: 'createSipParticipant' });
    // Where the room stands yet, the callee is in it: the call is over when it is gone.
    if (isAnswered && isHungUp && isAgentLost && !owned.isCancelled) {
      const evidence = 'agent gone from the room';
      await owned.move({ to: 'ended', reason: 'agent_lost', hungUpBy: 'dialplane', evidence });
    }
    return;
  }
  if (ended !== undefined) await recordFailure(parts, owned, ended.error, isAgentLost);
}

async function recordFailure(
  parts: CarryOutParts,
  owned: OwnedCall,
  { details, outcome }: LiveKitError,
  isAgentLost: boolean,
): Promise<void> {
  const { sipCode, twirpCode, httpStatus } = details;
  const verdict = classifyDialFailure({ sipCode, twirpCode, httpStatus, outcome });
  if (!verdict.isDefinite) {
    await owned.move({ to: 'unknown', reason: 'outcome_unknown', evidence: 'createSipParticipant' });
    return;
  }
  const reason = owned.isCancelled ? 'cancelled' : isAgentLost ? 'agent_lost' : verdict.reason;
  await fail(parts, owned, { reason, sipCode, evidence: 'createSipParticipant' });
}

/** After the permit: nobody else is tried. */
async function fail(
  parts: CarryOutParts,
  owned: OwnedCall,
  failure: Omit<Extract<AttemptMove, { to: 'failed' }>, 'to' | 'isLast'>,
): Promise<void> {
  const { attempt } = owned;
  if (await owned.move({ to: 'failed', isLast: true, ...failure })) discardRoom(parts, owned, attempt);
}

/** No other target may dial the number either. */
async function refuseForGood(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  await fail(parts, owned, { reason: 'do_not_call', evidence: 'the do-not-call list', unlessPermitted: true });
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
