import { defineAgent, type JobContext } from '@livekit/agents';
import { RoomEvent } from '@livekit/rtc-node';

import { dialByClaim } from './dial-by-claim.ts';
import { dialByDispatcher } from './dial-by-dispatcher.ts';
import { readJob, type Dial } from './read-job.ts';
import { report } from './report.ts';
import type { LiveKitAccess } from './send-dial.ts';

/** Where everyone in the room can see what this agent would do: the dial as JSON. */
const WOULD_DIAL = 'dialplane.would_dial';

/** A real agent stays until the call ends. */
const STAYS_MS = 60_000;

/** A room is deleted when its call is over, and what became of the call may be heard a moment later. */
const HEARS_THE_END_MS = 2_000;

/** Joins the call's room, has the callee dialled as the dial mode says, and leaves when the call is over. */
export default defineAgent({
  entry: async (ctx: JobContext) => {
    const job = readJob(ctx.job.metadata);
    if (job.kind === 'unreadable') return ctx.shutdown(job.problem);
    const gone = new AbortController();
    ctx.room.once(RoomEvent.Disconnected, () => setTimeout(() => gone.abort(), HEARS_THE_END_MS));
    await ctx.connect();
    const { id } = ctx.job;
    if (job.kind === 'probe') return report('probe_joined', { job_id: id, room: ctx.room.name });
    if (job.kind === 'legacy') return showDial(ctx, job.dial);
    report('joined', { job_id: id, room: ctx.room.name, dial_mode: job.kind, call_log_id: job.call.dial.call_log_id });
    const why =
      job.kind === 'dispatcher'
        ? await dialByDispatcher(job.call, id, ctx.room, gone.signal)
        : await dialByClaim(job.call, id, ctx.room, livekitOf(ctx), gone.signal);
    report('left', { job_id: id, room: ctx.room.name, why });
    // Leaves the room and does not delete it: another attempt's callee is never in it, but this one's may be.
    ctx.shutdown(why);
  },
});

/** Dial mode `legacy`: a real agent dials here, and talks. */
async function showDial(ctx: JobContext, dial: Dial): Promise<void> {
  report('would_dial', { job_id: ctx.job.id, room: ctx.room.name, ...dial });
  setTimeout(() => ctx.shutdown('the sample has shown what it has to show'), STAYS_MS);
  await ctx.agent?.setAttributes({ [WOULD_DIAL]: JSON.stringify(dial) });
}

/** The server that the job came from, or the one that LIVEKIT_API_URL names, and the worker's key for it. */
function livekitOf({ info }: JobContext): LiveKitAccess {
  const { LIVEKIT_API_URL, LIVEKIT_API_KEY = '', LIVEKIT_API_SECRET = '' } = process.env;
  return { url: LIVEKIT_API_URL || info.url, apiKey: LIVEKIT_API_KEY, apiSecret: LIVEKIT_API_SECRET };
}
