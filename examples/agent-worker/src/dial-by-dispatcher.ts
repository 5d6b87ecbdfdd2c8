import type { Room } from '@livekit/rtc-node';

import { openAgentCalls } from './agent-calls.ts';
import { followDial } from './follow-dial.ts';
import type { PermittedCall } from './read-job.ts';
import { report } from './report.ts';
import { untilCalleeIsGone } from './watch-callee.ts';

/** The callee is in the room from before the phone rings. */
const APPEARS_WITHIN_MS = 5_000;

/** Dial mode `dispatcher`: asks for the dial and follows it. Resolves, with why, when this job is over. */
export async function dialByDispatcher(
  call: PermittedCall,
  jobId: string,
  room: Room,
  signal: AbortSignal,
): Promise<string> {
  const client = openAgentCalls(call.address);
  const about = { job_id: jobId, call_log_id: call.dial.call_log_id };
  try {
    const dial = await followDial(
      client,
      { token: call.token, jobId },
      ({ state, reason, sipCode }) => {
        report('dial', { ...about, state, reason, sip_code: sipCode });
        // ANSWERED: here a real agent begins to talk.
      },
      signal,
    );
    if (dial.kind === 'over') return 'the call is over';
    if (dial.kind === 'in_doubt') {
      // Be there for whoever answers.
      await untilCalleeIsGone(room, call.calleeIdentity, signal, call.dial.ringing_timeout_seconds * 1_000);
      return 'nobody knows whether the phone rang';
    }
    report(dial.kind, { ...about, why: dial.why });
    if (dial.kind === 'lost_sight') await untilCalleeIsGone(room, call.calleeIdentity, signal, APPEARS_WITHIN_MS);
    return dial.why;
  } finally {
    client.close();
  }
}
