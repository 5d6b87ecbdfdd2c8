import asyncio
from collections.abc import Callable

from livekit import rtc

# LiveKit's word for where a dial stands, an attribute of the callee.
_CALL_STATUS = "sip.callStatus"


def when_ringing(room: rtc.Room, identity: str, on_ringing: Callable[[], None]) -> None:
    """Calls back once when the callee's phone rings."""

    def look(_changed: dict[str, str], participant: rtc.Participant) -> None:
        if participant.identity != identity or participant.attributes.get(_CALL_STATUS) != "ringing":
            return
        room.off("participant_attributes_changed", look)
        on_ringing()

    room.on("participant_attributes_changed", look)


async def until_callee_is_gone(room: rtc.Room, identity: str, appears_within: float = 5.0) -> bool:
    """Returns when the callee leaves, or does not even appear within some seconds; True: it hung up itself.

    The callee is in the room from before the phone rings.
    """
    left: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def on_left(participant: rtc.RemoteParticipant) -> None:
        if participant.identity == identity and not left.done():
            left.set_result(participant.disconnect_reason == rtc.DisconnectReason.CLIENT_INITIATED)

    room.on("participant_disconnected", on_left)
    try:
        await asyncio.wait([left], timeout=appears_within)
        if left.done() or identity in room.remote_participants:
            return await left
        return False
    finally:
        room.off("participant_disconnected", on_left)
