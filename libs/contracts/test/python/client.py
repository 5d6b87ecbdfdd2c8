"""A caller of Dialplane as a Python service would write it: stubs generated from the protos, and Google's own
copy of the error details. The folder of the stubs is the only argument.

Reads from standard input, and answers on standard output with JSON:
  {"address", "service", "method", "request", "timeoutSeconds"}  -> {"code", "message", "response", "details"}
  {"decode": [{"type", "bytes"}]}                                -> [the messages]
"""

import importlib
import json
import sys

sys.path.insert(0, sys.argv[1])

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2  # noqa: F401 - lets the details be unpacked
from grpc_status import rpc_status

MODULES = [importlib.import_module(f"dialplane.v1.{name}_pb2_grpc") for name in ("router", "dispatcher", "agent_calls")]


def message_class(full_name):
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))


def to_json(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def stub_of(service, channel):
    for module in MODULES:
        stub = getattr(module, f"{service}Stub", None)
        if stub is not None:
            return stub(channel)
    raise SystemExit(f"There is no service {service}.")


def call(order):
    service = descriptor_pool.Default().FindServiceByName(f"dialplane.v1.{order['service']}")
    request_type = service.methods_by_name[order["method"]].input_type.full_name
    request = json_format.ParseDict(order["request"], message_class(request_type)())
    # A proxy of the environment has no business between two processes of one machine.
    with grpc.insecure_channel(order["address"], options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            reply = getattr(stub_of(order["service"], channel), order["method"])(
                request, timeout=order["timeoutSeconds"], wait_for_ready=True
            )
        except grpc.RpcError as error:
            status = rpc_status.from_call(error)
            details = [to_json(detail) for detail in status.details] if status is not None else []
            return {"code": error.code().name, "message": error.details(), "details": details}
    return {"code": "OK", "message": "", "response": to_json(reply), "details": []}


def decode(goldens):
    return [to_json(message_class(golden["type"]).FromString(bytes.fromhex(golden["bytes"]))) for golden in goldens]


order = json.load(sys.stdin)
json.dump(decode(order["decode"]) if "decode" in order else call(order), sys.stdout)
