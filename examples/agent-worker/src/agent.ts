import { defineAgent, type JobContext } from '@livekit/agents';

import { readJob } from './read-job.ts';
import { report } from './report.ts';

/** Where everyone in the room can see what this agent would do: the dial as JSON. */
const WOULD_DIAL = 'dialplane.would_dial';

/** A real agent stays until the call ends. */
const STAYS_MS = 60_000;

/** Joins the call's room, and says what it would dial. A real agent dials here, and talks. */
export default defineAgent({
  entry: async (ctx: JobContext) => {
    const job = readJob(ctx.job.metadata);
    if (job.kind === 'unreadable') return ctx.shutdown(job.problem);
    await ctx.connect();
    const room = ctx.room.name;
    if (job.kind === 'probe') return report('probe_joined', { job_id: ctx.job.id, room });
    report('would_dial', { job_id: ctx.job.id, room, ...job.dial });
    setTimeout(() => ctx.shutdown('the sample has shown what it has to show'), STAYS_MS);
    await ctx.agent?.setAttributes({ [WOULD_DIAL]: JSON.stringify(job.dial) });
  },
});
