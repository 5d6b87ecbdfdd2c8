"""Reads a job's metadata, which docs/job-metadata.md describes. What it does not know for sure it does not dial."""

import json
import re
from dataclasses import dataclass

# The version of the metadata that this agent knows.
_KNOWN_VERSION = 1
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Probe:
    """Somebody tries out whether this worker answers: join, and dial nobody."""


@dataclass(frozen=True)
class Call:
    """A call whose dial goes through Dialplane."""

    # `dispatcher` or `claiming`: who dials.
    dial_mode: str
    call_log_id: str
    # E.164.
    to_number: str
    # The identity that the callee has in the room.
    callee_identity: str
    ringing_timeout_seconds: int
    # `host:port` of the gRPC service AgentCalls.
    address: str
    # Shown there; for this attempt alone. Never log it.
    token: str


class UnreadableJob(Exception):
    """Refuse the job: an agent that cannot read it must not enter the room."""


def read_job(metadata: str) -> Call | Probe:
    """Raises UnreadableJob, which says why."""
    try:
        fields = json.loads(metadata)
    except ValueError:
        raise UnreadableJob("the metadata is not JSON") from None
    if not isinstance(fields, dict):
        raise UnreadableJob("the metadata is not a JSON object")
    if fields.get("purpose") == "probe":
        return Probe()
    version = fields.get("version")
    if type(version) is not int or version != _KNOWN_VERSION:
        raise UnreadableJob(f"its version is {version!r}; this agent knows {_KNOWN_VERSION}")
    # Jobs of before there were dial modes are `legacy`.
    dial_mode = fields.get("dial_mode", "legacy")
    if dial_mode not in ("dispatcher", "claiming"):
        raise UnreadableJob(f"its dial_mode is {dial_mode!r}; this agent dials with a permit alone")
    to_number = _text(fields, "to_number")
    if not _E164.fullmatch(to_number):
        raise UnreadableJob("its to_number is not E.164")
    ringing_timeout_seconds = fields.get("ringing_timeout_seconds")
    if type(ringing_timeout_seconds) is not int or ringing_timeout_seconds < 1:
        raise UnreadableJob("it has no ringing_timeout_seconds")
    return Call(
        dial_mode=dial_mode,
        call_log_id=_text(fields, "call_log_id"),
        to_number=to_number,
        callee_identity=_text(fields, "callee_identity"),
        ringing_timeout_seconds=ringing_timeout_seconds,
        address=_text(fields, "agent_calls_address"),
        token=_text(fields, "agent_calls_token"),
    )


def _text(fields: dict, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or value == "":
        raise UnreadableJob(f"it has no {name}")
    return value
