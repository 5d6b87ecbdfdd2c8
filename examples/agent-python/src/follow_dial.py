import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import grpc
from agent_calls import PAUSE, AgentCalls, is_refusal
from dialplane.v1 import agent_calls_pb2, dispatcher_pb2

_OVER = frozenset({dispatcher_pb2.ATTEMPT_STATE_ENDED, dispatcher_pb2.ATTEMPT_STATE_FAILED})


@dataclass(frozen=True)
class FollowedDial:
    """What became of it.

    `over`: the call is. `in_doubt`: UNKNOWN, the phone may ring yet. `refused`: nobody is dialled for this job; leave the room, and leave it standing.
    `lost_sight`: the dial was seen, and then no more; the room still shows whether the callee is there.
    """

    kind: str
    why: str = ""


async def follow_dial(
    asker: AgentCalls, on_state: Callable[[agent_calls_pb2.PlaceDialResponse], None]
) -> FollowedDial:
    """Has the dispatcher dial, and tells every state that it hears of until the call is over.

    A stream that breaks is opened anew: it follows the same dial, and nobody is rung again.
    """
    request = agent_calls_pb2.PlaceDialRequest(token=asker.token, job_id=asker.job_id)
    last = None
    told = 0
    while True:
        heard = 0
        try:
            async for dial in asker.stub.PlaceDial(request):
                heard += 1
                # A stream that is opened anew tells the dial from its beginning.
                if heard > told:
                    told, last = heard, dial
                    on_state(dial)
            if last is not None and last.state == dispatcher_pb2.ATTEMPT_STATE_UNKNOWN:
                return FollowedDial("in_doubt")
        except grpc.aio.AioRpcError as error:
            if is_refusal(error):
                return FollowedDial("refused" if last is None else "lost_sight", error.details() or "")
        if last is not None and last.state in _OVER:
            return FollowedDial("over")
        await asyncio.sleep(PAUSE)
