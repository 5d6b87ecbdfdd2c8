import asyncio
from dataclasses import dataclass

import aiohttp
from dialplane.v1 import agent_calls_pb2
from google.protobuf.duration_pb2 import Duration
from livekit import api


@dataclass(frozen=True)
class SentDial:
    """What became of it.

    `answered`, `failed` (for certain; sip_code 0: none came with it) or `unknown`: it may have rung, and may still ring.
    Never send it again.
    """

    kind: str
    sip_code: int = 0
    problem: str = ""


async def send_dial(livekit: api.LiveKitAPI, permit: agent_calls_pb2.ClaimDialResponse, room: str) -> SentDial:
    """Sends the one INVITE of a permit, and waits for the answer."""
    request = api.CreateSIPParticipantRequest(
        sip_trunk_id=permit.sip_trunk_id,
        sip_call_to=permit.dial_number,
        sip_number=permit.caller_id,
        headers=permit.sip_headers,
        room_name=room,
        participant_identity=permit.participant_identity,
        ringing_timeout=Duration(seconds=permit.ringing_timeout_seconds),
        max_call_duration=Duration(seconds=permit.max_duration_seconds),
        wait_until_answered=True,
    )
    try:
        await livekit.sip.create_sip_participant(request)
        return SentDial("answered")
    except api.ServerError as error:
        sip_code = int(error.metadata.get("sip_status_code", 0))
        # LiveKit refused it, or gave up ringing.
        if sip_code > 0 or 400 <= error.status < 500:
            return SentDial("failed", sip_code)
        return SentDial("unknown", problem=f"HTTP {error.status}")
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        return SentDial("unknown", problem=repr(error))
