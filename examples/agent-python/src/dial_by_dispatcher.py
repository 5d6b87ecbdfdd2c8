from agent_calls import AgentCalls, open_channel
from dialplane.v1 import agent_calls_pb2_grpc, dispatcher_pb2
from follow_dial import follow_dial
from livekit import rtc
from read_job import Call
from report import report
from watch_callee import until_callee_is_gone


async def dial_by_dispatcher(call: Call, job_id: str, room: rtc.Room) -> str:
    """Dial mode `dispatcher`: asks for the dial and follows it. Returns why this job is over."""
    about = {"job_id": job_id, "call_log_id": call.call_log_id}

    def on_state(dial) -> None:
        state = dispatcher_pb2.AttemptState.Name(dial.state)
        reason = dispatcher_pb2.CallReason.Name(dial.reason)
        report("dial", **about, state=state, reason=reason, sip_code=dial.sip_code)
        # ANSWERED: here a real agent begins to talk.

    async with open_channel(call.address) as channel:
        asker = AgentCalls(agent_calls_pb2_grpc.AgentCallsStub(channel), call.token, job_id)
        dial = await follow_dial(asker, on_state)
    if dial.kind == "over":
        return "the call is over"
    if dial.kind == "in_doubt":
        # Be there for whoever answers.
        await until_callee_is_gone(room, call.callee_identity, appears_within=call.ringing_timeout_seconds)
        return "nobody knows whether the phone rang"
    report(dial.kind, **about, why=dial.why)
    if dial.kind == "lost_sight":
        await until_callee_is_gone(room, call.callee_identity)
    return dial.why
