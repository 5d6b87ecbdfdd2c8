"""The service that the job's metadata names, and what its answers mean."""

import os
from dataclasses import dataclass

import grpc
from dialplane.v1 import agent_calls_pb2_grpc

# Answers that stay the same however often one asks. Everything else is the network's, or passes.
_REFUSALS = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)

# Between two tries, in seconds.
PAUSE = 0.25


@dataclass(frozen=True)
class AgentCalls:
    """Who asks, and where. Made inside `async with open_channel(address) as channel`."""

    stub: agent_calls_pb2_grpc.AgentCallsStub
    # From the job's metadata.
    token: str
    # `AJ_…`
    job_id: str


def open_channel(address: str, options: list[tuple] | None = None) -> grpc.aio.Channel:
    """To the service that the job's metadata names: over TLS when AGENT_CALLS_TLS is `on`."""
    if os.environ.get("AGENT_CALLS_TLS") == "on":
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(), options)
    return grpc.aio.insecure_channel(address, options)


def is_refusal(error: grpc.aio.AioRpcError) -> bool:
    """Whether the service refused; False: the request may be repeated, and may have been served."""
    return error.code() in _REFUSALS
