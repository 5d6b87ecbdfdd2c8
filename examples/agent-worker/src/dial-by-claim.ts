import type { Room } from '@livekit/rtc-node';
import { AttemptState, HungUpBy } from '@dialplane/contracts';

import { openAgentCalls } from './agent-calls.ts';
import { claimDial } from './claim-dial.ts';
import type { PermittedCall } from './read-job.ts';
import { createReporter } from './report-dial.ts';
import { report } from './report.ts';
import { sendDial, type LiveKitAccess } from './send-dial.ts';
import { untilCalleeIsGone, whenRinging } from './watch-callee.ts';

/** The callee is in the room from before the phone rings. */
const APPEARS_WITHIN_MS = 5_000;

/** Dial mode `claiming`: dials if the permit is this job's. Resolves, with why, when this job is over. */
export async function dialByClaim(
  call: PermittedCall,
  jobId: string,
  room: Room,
  livekit: LiveKitAccess,
  signal: AbortSignal,
): Promise<string> {
  const client = openAgentCalls(call.address);
  const about = { job_id: jobId, call_log_id: call.dial.call_log_id };
  try {
    const claim = await claimDial(client, { token: call.token, jobId }, signal);
    if (claim.kind === 'refused') {
      report('claim_refused', { ...about, why: claim.why });
      return claim.why;
    }
    report('claim_granted', about);
    const { permit } = claim;
    const callee = permit.participantIdentity;
    const reporter = createReporter(client, { token: permit.reportToken, jobId }, signal);
    whenRinging(room, callee, () => reporter.say({ state: AttemptState.RINGING }));
    reporter.say({ state: AttemptState.DIALING });

    const dial = await sendDial(livekit, permit, room.name ?? '');
    report('dial', { ...about, ...dial });
    if (dial.kind === 'failed') reporter.say({ state: AttemptState.FAILED, sipCode: dial.sipCode });
    if (dial.kind === 'answered') {
      reporter.say({ state: AttemptState.ANSWERED });
      // Here a real agent begins to talk.
      const { hungUp } = await untilCalleeIsGone(room, callee, signal, APPEARS_WITHIN_MS);
      if (hungUp) reporter.say({ state: AttemptState.ENDED, hungUpBy: HungUpBy.CALLEE });
    }
    // In doubt nothing is reported, since nothing is known, and the phone may ring on: be there for whoever answers.
    if (dial.kind === 'unknown') {
      await untilCalleeIsGone(room, callee, signal, permit.ringingTimeoutSeconds * 1_000);
    }
    await reporter.done();
    return 'the call is over';
  } finally {
    client.close();
  }
}
