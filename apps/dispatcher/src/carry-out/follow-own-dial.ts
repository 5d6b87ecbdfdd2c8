import { callStatus, LiveKitError } from '@dialplane/livekit';

import { bySipCode } from '../targets/by-sip-code.ts';
import { createAbsence } from './absence.ts';
import { deleteRoom } from './delete-room.ts';
import { dialVerdict } from './dial-verdict.ts';
import { failForGood } from './fail-for-good.ts';
import { lookIntoRoom } from './look-into-room.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

type DialEnd = { readonly kind: 'answered' } | { readonly kind: 'failed'; readonly error: LiveKitError };

/**
 * A dial that this process has sent, DIALING or RINGING: looks into the room until it has returned, and records how
 * it went. A dial that is cancelled, or whose agent is lost, has its room deleted until it returns.
 */
export async function followOwnDial(parts: CarryOutParts, owned: OwnedCall, dialing: Promise<unknown>): Promise<void> {
  const { dialLookMs, deleteEveryMs } = parts.timing;
  let end: DialEnd | undefined;
  const settled = endOf(owned, dialing)
    .then((known) => (end = known))
    .then(() => owned.pace.wake());
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
      absence.unanswered();
      continue;
    }
    const status = view.callee === undefined ? undefined : callStatus(view.callee);
    if (status === 'active') return void (await owned.move({ to: 'answered', evidence: 'sip.callStatus' }));
    if (status === 'ringing' && owned.attempt.state === 'dialing') {
      await owned.move({ to: 'ringing', evidence: 'sip.callStatus' });
    }
    absence.note(owned.watchedAgent !== null && view.agent === undefined);
    isAgentLost = owned.call.onAgentLost === 'end' && absence.isLong();
  }
  const ended = current();
  if (ended?.kind === 'answered') return recordAnswer(parts, owned, isAgentLost);
  if (ended?.kind === 'failed') return recordFailure(parts, owned, ended.error, isAgentLost);
}

async function endOf(owned: OwnedCall, dialing: Promise<unknown>): Promise<DialEnd> {
  try {
    await dialing;
    return { kind: 'answered' };
  } catch (error) {
    if (error instanceof LiveKitError) return { kind: 'failed', error };
    owned.logger.error({ err: error }, 'a dial failed in a way that nobody foresaw');
    return { kind: 'failed', error: new LiveKitError('server_error', 'unknown', 'Unforeseen.') };
  }
}

async function recordAnswer(parts: CarryOutParts, owned: OwnedCall, isAgentLost: boolean): Promise<void> {
  // Answered all the same: hung up at once. What follows says so.
  const isHungUp = (owned.isCancelled || isAgentLost) && (await deleteRoom(parts, owned));
  const isAnswered = await owned.move({ to: 'answered', evidence: 'createSipParticipant' });
  // Where the room stands yet, the callee is in it: the call is over when it is gone.
  if (isAnswered && isHungUp && isAgentLost && !owned.isCancelled) {
    const evidence = 'agent gone from the room';
    await owned.move({ to: 'ended', reason: 'agent_lost', hungUpBy: 'dialplane', evidence });
  }
}

async function recordFailure(
  parts: CarryOutParts,
  owned: OwnedCall,
  error: LiveKitError,
  isAgentLost: boolean,
): Promise<void> {
  const { call, attempt } = owned;
  const { sipCode } = error.details;
  const sipCodes = sipCode === undefined ? {} : await owned.persistently(() => parts.sipCodesOf(call, attempt.target));
  const verdict = dialVerdict(error, sipCodes);
  parts.health.trunkFailed(attempt.target.serverUrl, attempt.target.sipTrunkId, verdict.reason);
  if (!verdict.isDefinite) {
    await owned.move({ to: 'unknown', reason: 'outcome_unknown', evidence: 'createSipParticipant' });
    return;
  }
  if (owned.isCancelled || isAgentLost) {
    const reason = owned.isCancelled ? 'cancelled' : 'agent_lost';
    return void (await failForGood(parts, owned, { reason, sipCode, evidence: 'createSipParticipant' }));
  }
  const evidence = bySipCode('createSipParticipant', sipCode, sipCodes);
  await failForGood(parts, owned, { reason: verdict.reason, sipCode, evidence });
}
