"""Registers a worker under AGENT_NAME, joins each call's room, and has the callee dialled as the dial mode says."""

import asyncio
import os

from dial_by_claim import dial_by_claim
from dial_by_dispatcher import dial_by_dispatcher
from livekit import api
from livekit.agents import AgentServer, JobContext, JobRequest, cli
from read_job import Call, Probe, UnreadableJob, read_job
from report import report

# In seconds.
_HEARS_THE_END = 2.0

server = AgentServer(
    # For its health page, on a free port.
    host="127.0.0.1",
    port=0,
    # One process waits for the next call.
    num_idle_processes=1,
    # By default the worker silently takes no jobs while the machine is busy.
    load_fnc=lambda: 0.0,
)


async def accept_readable_jobs(request: JobRequest) -> None:
    """An agent that cannot read its job must not enter the room: its presence is taken for readiness."""
    try:
        read_job(request.job.metadata)
    except UnreadableJob as problem:
        report("job_refused", job_id=request.id, room=request.room.name, problem=str(problem))
        await request.reject()
    else:
        await request.accept()


@server.rtc_session(agent_name=os.environ.get("AGENT_NAME", ""), on_request=accept_readable_jobs)
async def entry(ctx: JobContext) -> None:
    job = read_job(ctx.job.metadata)
    await ctx.connect()
    about = {"job_id": ctx.job.id, "room": ctx.room.name}
    if isinstance(job, Probe):
        report("probe_joined", **about)
        return
    report("joined", **about, dial_mode=job.dial_mode, call_log_id=job.call_log_id)
    why = await until_over_or_gone(ctx, job)
    report("left", **about, why=why)
    # Leaves the room and does not delete it: its callee may be in it.
    ctx.shutdown(why)


async def until_over_or_gone(ctx: JobContext, call: Call) -> str:
    """Returns why the job is over: the call is, or the room is gone."""
    gone = asyncio.Event()
    ctx.room.on("disconnected", lambda _reason: gone.set())
    room_is_gone = asyncio.create_task(gone.wait())
    # LIVEKIT_API_URL: where to dial, when it is not where the worker registers.
    # With failover the SDK would send a dial again, to another region, after an error; `ctx.api` has it on.
    async with api.LiveKitAPI(os.environ.get("LIVEKIT_API_URL") or None, failover=False) as livekit:
        if call.dial_mode == "dispatcher":
            dial = asyncio.create_task(dial_by_dispatcher(call, ctx.job.id, ctx.room))
        else:
            dial = asyncio.create_task(dial_by_claim(call, ctx.job.id, ctx.room, livekit))
        await asyncio.wait([dial, room_is_gone], return_when=asyncio.FIRST_COMPLETED)
        # A room is deleted when its call is over, and what became of the call may be heard a moment later.
        await asyncio.wait([dial], timeout=_HEARS_THE_END)
        room_is_gone.cancel()
        if dial.done():
            return dial.result()
        dial.cancel()
        await asyncio.wait([dial])
        return "the room is gone"


if __name__ == "__main__":
    # A word that is not understood must not send tokens in clear.
    if os.environ.get("AGENT_CALLS_TLS", "") not in ("", "on", "off"):
        raise SystemExit("AGENT_CALLS_TLS must be on or off; see README.md")
    cli.run_app(server)
