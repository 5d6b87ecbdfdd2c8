from agent_calls import AgentCalls, open_channel
from claim_dial import Refused, claim_dial
from dialplane.v1 import agent_calls_pb2_grpc, dispatcher_pb2
from livekit import api, rtc
from read_job import Call
from report import report
from report_dial import Reporter
from send_dial import send_dial
from watch_callee import until_callee_is_gone, when_ringing


async def dial_by_claim(call: Call, job_id: str, room: rtc.Room, livekit: api.LiveKitAPI) -> str:
    """Dial mode `claiming`: dials if the permit is this job's. Returns why this job is over."""
    about = {"job_id": job_id, "call_log_id": call.call_log_id}
    async with open_channel(call.address) as channel:
        stub = agent_calls_pb2_grpc.AgentCallsStub(channel)
        permit = await claim_dial(AgentCalls(stub, call.token, job_id))
        if isinstance(permit, Refused):
            report("claim_refused", **about, why=permit.why)
            return permit.why
        report("claim_granted", **about)

        callee = permit.participant_identity
        reporter = Reporter(AgentCalls(stub, permit.report_token, job_id))
        when_ringing(room, callee, lambda: reporter.say(dispatcher_pb2.ATTEMPT_STATE_RINGING))
        reporter.say(dispatcher_pb2.ATTEMPT_STATE_DIALING)
        dial = await send_dial(livekit, permit, room.name)
        report("dial", **about, kind=dial.kind, sip_code=dial.sip_code, problem=dial.problem)
        if dial.kind == "failed":
            reporter.say(dispatcher_pb2.ATTEMPT_STATE_FAILED, sip_code=dial.sip_code)
        elif dial.kind == "answered":
            reporter.say(dispatcher_pb2.ATTEMPT_STATE_ANSWERED)
            # Here a real agent begins to talk.
            if await until_callee_is_gone(room, callee):
                reporter.say(dispatcher_pb2.ATTEMPT_STATE_ENDED, hung_up_by=dispatcher_pb2.HUNG_UP_BY_CALLEE)
        else:
            # In doubt nothing is reported, since nothing is known, and the phone may ring on: be there for whoever
            # answers.
            await until_callee_is_gone(room, callee, appears_within=permit.ringing_timeout_seconds)
        await reporter.close()
    return "the call is over"
