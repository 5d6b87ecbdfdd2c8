"""Lets one part of the agent act, as the order on standard input says, and prints what came of it as JSON."""

import asyncio
import json
import sys

from agent_calls import AgentCalls, open_channel
from claim_dial import Refused, claim_dial
from dialplane.v1 import agent_calls_pb2_grpc, dispatcher_pb2
from follow_dial import follow_dial
from google.protobuf.json_format import MessageToDict
from report_dial import Reporter


def to_json(message):
    return MessageToDict(message, preserving_proto_field_name=True)


async def claim(asker, order):
    answer = await claim_dial(asker, order.get("within", 20.0))
    return {"refused": answer.why} if isinstance(answer, Refused) else {"permit": to_json(answer)}


async def follow(asker, _order):
    states = []
    dial = await follow_dial(asker, lambda state: states.append(to_json(state)))
    return {"kind": dial.kind, "why": dial.why, "states": states}


async def report(asker, order):
    reporter = Reporter(asker)
    for step in order["steps"]:
        reporter.say(dispatcher_pb2.AttemptState.Value(step["state"]), sip_code=step.get("sip_code", 0))
    await reporter.close()
    return {}


async def main():
    order = json.load(sys.stdin)
    act = {"claim": claim, "follow": follow, "report": report}[order["act"]]
    # A proxy of the environment has no business between two processes of one machine.
    options = [("grpc.enable_http_proxy", 0)]
    async with open_channel(order["address"], options) as channel:
        stub = agent_calls_pb2_grpc.AgentCallsStub(channel)
        print(json.dumps(await act(AgentCalls(stub, order["token"], order["job_id"]), order)))


asyncio.run(main())
