import asyncio
import time
import uuid
from dataclasses import dataclass

import grpc
from agent_calls import PAUSE, AgentCalls, is_refusal
from dialplane.v1 import agent_calls_pb2

_TRY_SECONDS = 5.0


@dataclass(frozen=True)
class Refused:
    """Somebody else dials, or nobody: leave the room, and leave it standing."""

    why: str


async def claim_dial(asker: AgentCalls, within: float = 20.0) -> agent_calls_pb2.ClaimDialResponse | Refused:
    """Asks for the call's one permit. Who gets it dials, once, exactly so.

    An answer that got lost is asked for again with the same nonce, which gets the same answer; after `within` seconds
    without any the claim counts as refused.
    """
    request = agent_calls_pb2.ClaimDialRequest(token=asker.token, job_id=asker.job_id, nonce=uuid.uuid4().hex)
    deadline = time.monotonic() + within
    while True:
        try:
            return await asker.stub.ClaimDial(request, timeout=_TRY_SECONDS)
        except grpc.aio.AioRpcError as error:
            if is_refusal(error) or time.monotonic() > deadline:
                return Refused(error.details() or error.code().name)
        await asyncio.sleep(PAUSE)
